import type { Evaluator } from '../graph/fuse/padding.ts';
import type { Model } from '../graph/graph.ts';
import { SIZES } from '../graph/probe.ts';
import type { NliModel } from '../models/nliModel.ts';
import type { RowRange } from '../quantize/activations.ts';
import { createSession, floatsOf, madeUpFeeds } from '../runtime/session.ts';
import { type Batch, collate, planBatches } from '../text/batches.ts';
import { batchFeeds } from '../train/step.ts';

/** Of many kinds, lengths and languages: the scales of activations come from these. */
const SEEN = [
  'ok',
  'THIS IS THE WORST SERVICE I HAVE EVER HAD!!!',
  'Thanks so much, you made my day 😊',
  'Refund of $1,249.00 requested on 03/14/2025, order #A-77412.',
  'The screen went black after the update; pressing the power button for ten seconds brought it back.',
  'Can I pay by invoice? We are a school and have no credit card.',
  'I like the colour, but the sleeves are too short and the zip broke on the second day.',
  'The court held that the contract was void because neither party had signed the annex.',
  'TypeError: cannot read properties of undefined (reading "length") at index.js:42:17',
  'See https://example.org/help?topic=billing&lang=en for the terms.',
  'Mix flour, salt and water. Knead for ten minutes. Leave to rise overnight.',
  'Shares fell 4.2 % in early trading as investors weighed the prospect of higher interest rates.',
  'Patients who took the drug slept longer, yet complained of headaches and a dry mouth.',
  'Der Zug hatte vierzig Minuten Verspätung, und niemand sagte uns, warum.',
  'Le repas était excellent, mais le service un peu lent.',
  'La aplicación se cierra sola cuando intento subir una foto.',
  'In the valley the river bends twice, passes the old mill, and is lost among reeds; beyond it, so the farmers say, nobody has walked since the flood of 1931, when the bridge and nine houses were carried away in a single night.',
  'Please move my appointment from Tuesday to Thursday, any time after three.',
  'First she won the junior title, then the open, and last year, at nineteen, the world championship.',
  'Hello? Hello? Is anybody there?',
  'The committee recommends that funding be continued for three years, subject to a review of costs after the first.',
  'Battery: 9/10. Camera: 7/10. Price: far too high.',
  'An earthquake of magnitude 6.1 shook the coast before dawn; no injuries were reported.',
  'We never received the second box, and the first one had been opened.',
];
/** Of several kinds and lengths: what was made of the others is tested on these. */
const UNSEEN = [
  'The parcel arrived two weeks late, and nobody answered my e-mails.',
  'Great value for the price; I would buy it again.',
  'how do i reset my password??',
  'The government announced new rules for banks on Tuesday, to come into force next year.',
  'Researchers measured lead in the blood of 240 children who live near the smelter and compared it with the national average.',
  'Heat the oil, add the onions and cook until soft.',
  'Two goals in the last five minutes gave the visitors a surprising win.',
  'She plays the violin every evening in a small church by the river.',
];
const HYPOTHESES = ['This text is about money.', 'The author complains.'];

/** Built-in pairs as batches without padding, in which a model can be tried out. */
export function probeBatches({ tokenizer, folder }: NliModel, texts: 'seen' | 'unseen'): Batch[] {
  const pairs = HYPOTHESES.flatMap((hypothesis) =>
    (texts === 'seen' ? SEEN : UNSEEN).map((text) =>
      tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength }),
    ),
  );
  const lengths = pairs.map(({ inputIds }) => inputIds.length);
  return planBatches(lengths, { tokensPerBatch: 512, maxBatch: 16, padding: false }).map((indices) =>
    collate(
      indices.map((index) => pairs[index]!),
      tokenizer.padId,
    ),
  );
}

/** The rows of values [batch, sequence, channels] over the pairs that may be seen. */
export async function watchRows(
  nli: NliModel,
  model: Model,
  names: readonly string[],
): Promise<Map<string, { first: RowRange[]; rest: RowRange[] }>> {
  model.graph.outputs = names.map((name) => ({ name, dtype: null, dims: null }));
  const found = new Map(names.map((name) => [name, { first: [] as RowRange[], rest: [] as RowRange[] }]));
  if (names.length === 0) return found;
  const session = await createSession(model);
  try {
    for (const batch of probeBatches(nli, 'seen')) {
      const values = await session.run(batchFeeds(batch, session.inputNames));
      for (const [name, { first, rest }] of found) {
        const [, sequence = 1, channels = 1] = values[name]!.dims;
        rowRanges(floatsOf(values[name]), channels).forEach((range, row) => {
          (row % sequence === 0 ? first : rest).push(range);
        });
      }
    }
  } finally {
    await session.release();
  }
  return found;
}

function rowRanges(values: Float32Array, channels: number): RowRange[] {
  return Array.from({ length: values.length / channels }, (_, row) => {
    const own = values.subarray(row * channels, (row + 1) * channels);
    return { least: Math.min(...own), most: Math.max(...own) };
  });
}

/** Runs a model on made-up tokens without padding, at the sizes its shapes were found with. */
export const evaluateUnpadded: Evaluator = async (model) => {
  const session = await createSession(model, { optimization: 'disabled', threads: 1 });
  try {
    const runs = [];
    for (const size of SIZES) {
      const outputs = await session.run(madeUpFeeds(session.inputNames, size));
      runs.push(new Map(Object.entries(outputs).map(([name, { data }]) => [name, numbersOf(data)])));
    }
    return runs;
  } finally {
    await session.release();
  }
};

const numbersOf = (data: unknown): number[] => Array.from(data as ArrayLike<number | bigint>, Number);
