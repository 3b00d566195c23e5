import { SAFE_LONG_TABLE } from '../../files/csvSafety.ts';
import { csvPieces } from '../../files/csvText.ts';
import type { ExportSource } from '../../records.ts';
import { answerOf, decided } from '../answers.ts';
import { type ExportFormat, type ExportOptions, listed } from '../format.ts';
import { brokenCharacters } from '../losses.ts';

/** What Label Sleuth reads as "_" in the name of a category. */
const PUNCTUATION = /[!-&(-/:-@[-`{-~]/;

/** A row per decided label, as Label Sleuth and programs for tidy tables read it. */
export const labelSleuth: ExportFormat = {
  name: 'label-sleuth',
  title: 'Label Sleuth',
  description: 'a row per document and decided label, for Label Sleuth',
  extension: '.csv',
  carries: {
    ids: true,
    undecided: true,
    noneApply: true,
    skipped: false,
    drafts: true,
    annotators: false,
    suggestions: false,
    split: false,
    meta: false,
    comments: false,
  },
  write: (source, options) => csvPieces(rows(source, options), options.excelSafe === true),
  notes(source) {
    const renamed = source.labels.map(({ name }) => name).filter((name) => PUNCTUATION.test(name));
    return [
      ...(renamed.length > 0 ? [`Label Sleuth reads punctuation in ${listed(renamed)} as underscores`] : []),
      ...brokenCharacters(source),
    ];
  },
};

function* rows(source: ExportSource, options: ExportOptions): Iterable<string[]> {
  yield [...SAFE_LONG_TABLE];
  for (const document of source.documents()) {
    const answer = answerOf(document, source, options);
    if (answer === null) continue;
    for (const name of decided(answer.decisions, source.labels))
      yield [document.id, document.text, name, answer.decisions.get(name) === 'yes' ? 'true' : 'false'];
  }
}
