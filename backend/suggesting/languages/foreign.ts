import { RECOMMENDED } from '../../models/catalogue.ts';
import { languagesOfModel } from '../../models/languages.ts';
import { languageDetector } from './detect.ts';

/** Documents in languages that the model does not read. */
export interface ForeignDocuments {
  /** What the model reads. */
  readonly reads: readonly string[];
  /** The languages that it does not read and most of these documents are in, the most frequent first. */
  readonly languages: readonly string[];
  /** Of the documents that say something; their language may not be clear. */
  readonly share: number;
}

/** How many documents are looked at. */
export const LOOKED_AT = 200;
/** Less is a quotation, a name or a mistake of the detector. */
const LEAST_SHARE = 0.1;
/** So few of many documents may be mistakes; of few documents half must be. */
const FEWEST = 3;
const MANY = 0.5;
const MOST_NAMED = 3;
/** A language that fewer of the foreign documents are in is not named. */
const LEAST_NAMED = 0.1;

/** null: nothing speaks for it, or the model does not say what it reads. */
export async function foreignDocuments(
  texts: Iterable<string>,
  dir: string,
): Promise<ForeignDocuments | null> {
  const reads = languagesOfModel(dir);
  if (reads === null) return null;
  const detect = await languageDetector();
  const counts = new Map<string, number>();
  let documents = 0;
  let foreign = 0;
  for (const text of texts) {
    if (text.trim() !== '') documents += 1;
    const language = detect(text);
    if (language === null || reads.has(language)) continue;
    foreign += 1;
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const share = documents === 0 ? 0 : foreign / documents;
  if (foreign === 0 || share < LEAST_SHARE || (foreign < FEWEST && share < MANY)) return null;
  const languages = [...counts]
    .sort(([, one], [, other]) => other - one)
    .filter(([, count], i) => i === 0 || count >= LEAST_NAMED * foreign)
    .slice(0, MOST_NAMED)
    .map(([language]) => language);
  return { reads: [...reads], languages, share };
}

/** The recommended model for documents that the one in use can't read. */
export const forManyLanguages = () => RECOMMENDED.find(({ manyLanguages }) => manyLanguages);
