import { type ForeignDocuments, forManyLanguages } from '../backend/suggesting/languages/foreign.ts';

const names = new Intl.DisplayNames('en', { type: 'language' });
const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** Documents in languages that the model does not read, in a sentence, and what to do. */
export function foreignInWords({ reads, languages, share }: ForeignDocuments): string {
  const named = (codes: readonly string[]) => list.format(codes.map((code) => names.of(code) ?? code));
  const model = forManyLanguages();
  const remedy = model ? ` A model for ${model.languages}: --model ${model.id} (${model.megabytes} MB).` : '';
  return `About ${Math.round(share * 100)} % of the documents seem to be in ${named(languages)}, and the model reads ${named(reads)}: what it suggests for them may be no better than guesses.${remedy}`;
}
