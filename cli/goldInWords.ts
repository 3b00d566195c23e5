import type { GoldTaken } from '../backend/evaluating/goldRows.ts';
import { many } from './many.ts';

/** How the answers of a gold file were taken, where that is not plain. */
export function goldInWords({ absent, closes, empty, skipped, joined, disputed }: GoldTaken): string[] {
  const unless = absent === undefined ? ': --absent no if none applies there' : '';
  return [
    ...(closes && absent === undefined
      ? [
          'A label that a row does not name counts as a no where the file has it somewhere: --absent no for all labels, --absent open for none.',
        ]
      : []),
    ...(empty > 0
      ? [
          `${many(empty, 'answer that names no label counts', 'answers that name no label count')} nowhere, for nobody need have looked${unless}.`,
        ]
      : []),
    ...(skipped > 0 ? [`${many(skipped, 'skipped answer counts', 'skipped answers count')} nowhere.`] : []),
    ...(joined > 0
      ? [
          `${many(joined, 'row has a text that came before and was', 'rows have a text that came before and were')} joined with it.`,
        ]
      : []),
    ...(disputed > 0
      ? [
          `${many(disputed, 'answer counts', 'answers count')} nowhere, since annotators of the file contradict each other there.`,
        ]
      : []),
  ];
}
