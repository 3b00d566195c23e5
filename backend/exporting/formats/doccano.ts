import type { ExportLabel, ExportSource } from '../../records.ts';
import { answerOf, listedLabels } from '../answers.ts';
import { isMeaningful, metaEntries } from '../columns.ts';
import { beside, type ExportFormat, type ExportOptions } from '../format.ts';
import { jsonLines, objectOf } from '../json.ts';

/** Lines of doccano, and its label list beside them. */
export const doccano: ExportFormat = {
  name: 'doccano',
  description: 'lines for doccano',
  extension: '.jsonl',
  carries: {
    ids: false,
    undecided: false,
    noneApply: false,
    skipped: false,
    annotators: false,
    suggestions: false,
    split: false,
    meta: true,
    comments: true,
  },
  write: (source, options) => jsonLines(rows(source, options)),
  sidecars: ({ labels }) => [beside('.labels.json', `${JSON.stringify(labelList(labels))}\n`)],
};

function* rows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const answer = answerOf(document, source, options);
    const names = listedLabels(answer, source, options);
    if (names === undefined) continue;
    yield {
      id: document.number,
      text: document.text,
      ...objectOf(metaEntries(document, isMeaningful)),
      // By code units: sorting by language would differ between machines.
      label: [...(names ?? [])].sort(),
      Comments: answer?.comments ?? [],
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
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return 0.299 * red! + 0.587 * green! + 0.114 * blue! > 127.5;
}
