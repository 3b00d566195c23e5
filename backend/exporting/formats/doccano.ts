import { DOCUMENT_ID, NOTED } from '../../importing/carried.ts';
import type { ExportLabel, ExportSource } from '../../records.ts';
import { answerOf, listedLabels } from '../answers.ts';
import { isMeaningful, metaColumns } from '../columns.ts';
import { beside, type ExportFormat, type ExportOptions } from '../format.ts';
import { jsonLines, objectOf } from '../json.ts';

/** Lines of doccano, and its label list beside them. */
export const doccano: ExportFormat = {
  name: 'doccano',
  title: 'doccano',
  description: 'lines for doccano',
  extension: '.jsonl',
  carries: {
    ids: true,
    undecided: false,
    noneApply: false,
    skipped: false,
    drafts: true,
    annotators: false,
    suggestions: false,
    split: false,
    meta: true,
    comments: true,
  },
  write: (source, options) => jsonLines(rows(source, options)),
  sidecars: ({ labels }) => [beside('.labels.json', `${JSON.stringify(labelList(labels))}\n`)],
};

function hasComments(source: ExportSource): boolean {
  for (const { annotations } of source.documents())
    if (annotations.some(({ comment }) => comment)) return true;
  return false;
}

const isTaken = (name: string) => isMeaningful(name) || name === DOCUMENT_ID || name === NOTED;

/**
 * Every line has every field: doccano makes a column of what a line lacks, with a NaN that its database refuses, and then it
 * takes no line at all.
 */
function* rows(source: ExportSource, options: ExportOptions): Iterable<object> {
  const columns = metaColumns(source, isTaken);
  const isNoted = hasComments(source);
  for (const document of source.documents()) {
    const answer = answerOf(document, source, options);
    const names = listedLabels(answer, source, options);
    if (names === undefined) continue;
    yield {
      id: document.number,
      text: document.text,
      ...objectOf(columns.map(({ key, name }) => [name, document.meta.get(key) ?? ''] as const)),
      [DOCUMENT_ID]: document.id,
      // By code units: sorting by language would differ between machines.
      label: [...(names ?? [])].sort(),
      Comments: answer?.comments ?? [],
      // doccano takes no comments in, but gives fields back.
      ...(isNoted && { [NOTED]: answer?.comments.join('\n') ?? '' }),
    };
  }
}

/** doccano's label definitions: keys are single characters, and no two labels share one. */
function labelList(labels: readonly ExportLabel[]): object[] {
  const taken = new Set<string>();
  return labels.map(({ name, color, key }, i) => {
    const free = key !== null && /^[0-9a-z]$/.test(key) && !taken.has(key);
    if (free) taken.add(key);
    return {
      id: i + 1,
      text: name,
      prefix_key: null,
      suffix_key: free ? key : null,
      background_color: color,
      text_color: isLight(color) ? '#000000' : '#ffffff',
    };
  });
}

/** Luma of ITU-R BT.601 in the upper half. */
function isLight(color: string): boolean {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return 0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5) > 127.5;
}
