import { createRandom } from '../../engine/random.ts';
import { readTextSet, type TextSet } from './readData.ts';

export interface SampleRequest {
  readonly set: string;
  readonly part: 'train' | 'test';
  readonly texts: number;
  /** Longer texts are cut. */
  readonly characters: number;
}

/** Some files are sorted by label, so a sample of rows is drawn, the same each time. */
export const drawn = <T>(rows: readonly T[], count: number): T[] =>
  createRandom(1).shuffle(rows).slice(0, count);

/** Texts drawn from a part of a set. */
export async function sampleSet(
  data: string,
  { set: name, part, texts: count, characters }: SampleRequest,
): Promise<TextSet> {
  const set = await readTextSet(data, name, part);
  return {
    ...set,
    texts: drawn(set.texts, count).map((row) => ({ ...row, text: row.text.slice(0, characters) })),
  };
}
