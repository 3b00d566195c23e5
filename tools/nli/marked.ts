import { EngineError } from '../../engine/errors.ts';

/** Text between `<!-- name -->` and `<!-- /name -->` replaced. Throws `marker_missing` where a document lacks them. */
export function replaceMarked(document: string, name: string, content: string): string {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = document.indexOf(from);
  const end = document.indexOf(to, start);
  if (start < 0 || end < 0) {
    const message = `The document has no part between "${from}" and "${to}".`;
    throw new EngineError('marker_missing', message, 'Put both markers where the table belongs.');
  }
  return `${document.slice(0, start + from.length)}\n\n${content}\n\n${document.slice(end)}`;
}
