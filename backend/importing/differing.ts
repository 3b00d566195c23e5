import type { ImportItem, Place } from '../records.ts';
import type { Differing } from './report.ts';

/** What a row said of a document: bits of what its labels are. */
interface Said {
  readonly place: Place;
  readonly yes: ReadonlySet<string>;
  readonly no: ReadonlySet<string>;
}

const START = 80;
/** Documents that are remembered: the memory of an import does not grow with its files. */
const MOST = 1_000_000;

/** Finds texts that rows of one import label differently; a row says what one annotator said of a document. */
export function differingFinder(): (
  id: number,
  item: Extract<ImportItem, { kind: 'document' }>,
) => Differing | null {
  const said = new Map<string, Said>();
  return (id, { document, place }) => {
    for (const { annotator, decisions, status } of document.annotations) {
      if (status === 'skipped' || decisions.size === 0) continue;
      const key = `${id} ${annotator ?? ''}`;
      const yes = new Set([...decisions].flatMap(([name, value]) => (value === 'yes' ? [name] : [])));
      const no = new Set([...decisions].flatMap(([name, value]) => (value === 'no' ? [name] : [])));
      const before = said.get(key);
      if (before === undefined) {
        if (said.size < MOST) said.set(key, { place, yes, no });
        continue;
      }
      const contradicted = [
        ...[...yes].filter((name) => before.no.has(name)),
        ...[...no].filter((name) => before.yes.has(name)),
      ];
      if (
        contradicted.length === 0 &&
        before.yes.size === yes.size &&
        [...yes].every((name) => before.yes.has(name))
      )
        continue;
      return { start: document.text.slice(0, START), places: [before.place, place], contradicted };
    }
    return null;
  };
}
