import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { evaluate } from '../engine/evaluate/metrics.ts';
import { createScorer } from '../engine/inference/score.ts';
import { loadNliModel } from '../engine/model/nliModel.ts';
import { pairsFromAnnotations } from '../engine/nli/pairs.ts';
import { createRandom } from '../engine/random.ts';
import { fineTune } from '../engine/train/loop.ts';
import { trainingOptions } from '../engine/train/plan.ts';
import { mergeTrained } from '../engine/train/trainables.ts';
import { EMBEDDED_MODEL, ROOT } from './texts.ts';

/**
 * Does training learn from what stands at the end of a long document? Short annotated texts are put at the beginning or
 * at the end of some 270 words that say nothing of the labels, and macro F1 at 0.5 on unseen documents of the same kind is
 * compared; a Markdown table.
 *
 *   node bench/long-documents.ts [--set FOLDER] [--documents 400] [--test 150] [--epochs 3] [--words 270] [--seed 1]
 *
 * FOLDER holds train.jsonl.gz, test.jsonl.gz and labels.json; without it the reviews of the sample project are used.
 */
const { values: options } = parseArgs({
  options: {
    set: { type: 'string' },
    documents: { type: 'string', default: '400' },
    test: { type: 'string', default: '150' },
    epochs: { type: 'string', default: '3' },
    words: { type: 'string', default: '270' },
    seed: { type: 'string', default: '1' },
  },
});

const Row = z.object({ text: z.string(), labels: z.array(z.string()) });
const Labels = z.array(
  z.object({
    name: z.string(),
    hypothesis: z.string().optional(),
    hypotheses: z.array(z.string()).optional(),
  }),
);

const NOTHING = [
  'The path behind the house runs along a low stone wall and then down to the river.',
  'In the morning the fog lay over the fields until nearly ten.',
  'My brother has kept bees for some years and talks of little else.',
  'There is a bench under the old lime tree where people rest on their way up.',
  'We had soup for lunch and then read for an hour by the window.',
  'The train from the coast passes through the village twice a day.',
  'Somebody had left a blue umbrella in the hall.',
  'On Sundays the bells can be heard as far as the mill.',
  'The cat slept on the stairs and would not move for anyone.',
  'Across the road they are painting the fence green.',
  'It rained a little in the evening, and afterwards the air was clear.',
  'Our neighbour plays the clarinet, mostly slow pieces.',
  'The library is open on three days a week and smells of wood.',
  'A heron stood in the shallow water without moving.',
  'They say that the bridge was built before the church.',
  'The children collected chestnuts and put them in a row.',
  'In winter the lake freezes at the edges only.',
  'The road bends to the left behind the second farm.',
  'He told us how his grandfather had crossed the mountains on foot.',
  'The lamp in the porch comes on by itself at dusk.',
  'Swallows nest under the roof of the barn every spring.',
  'The map on the wall shows the valley as it was a hundred years ago.',
  'We walked as far as the chapel and turned back there.',
  'From the hill one sees the sea on a clear day.',
];

const random = createRandom(Number(options.seed));
const labels = readLabels();
const train = rowsOf('train', Number(options.documents));
const test = rowsOf('test', Number(options.test));
const model = await loadNliModel(EMBEDDED_MODEL);

const lines = [
  '| what the labels are about stands | documents | untrained | trained | seconds |',
  '| --- | ---: | ---: | ---: | ---: |',
];
for (const place of ['alone', 'first', 'last'] as const) {
  const started = performance.now();
  const documents = train.map((row, id) => ({
    id,
    text: placed(row.text, place),
    decisions: new Map(
      labels.map(({ name }, label) => [
        label,
        row.labels.includes(name) ? ('yes' as const) : ('no' as const),
      ]),
    ),
  }));
  const examples = pairsFromAnnotations({
    documents,
    hypotheses: labels.map(({ sentences }) => sentences),
    negativesPerPositive: 5,
    random: createRandom(Number(options.seed)).fork('negatives'),
  });
  const settings = trainingOptions({ epochs: Number(options.epochs), seed: Number(options.seed) });
  const unseen = test.map((row) => placed(row.text, place));
  const before = await macroF1(unseen);
  const { values } = await fineTune(model, { examples, options: settings });
  const after = await macroF1(unseen, mergeTrained(model.prepared, { ...settings, values }));
  const seconds = (performance.now() - started) / 1000;
  lines.push(
    `| ${place} | ${documents.length} | ${before.toFixed(3)} | ${after.toFixed(3)} | ${seconds.toFixed(0)} |`,
  );
  process.stderr.write(`${lines.at(-1)}\n`);
}
process.stdout.write(`${lines.join('\n')}\n`);

async function macroF1(texts: readonly string[], weights?: ReturnType<typeof mergeTrained>): Promise<number> {
  const scorer = await createScorer(model, { ...(weights && { weights }) });
  const scored = await scorer.score({ texts, hypotheses: labels.map(({ sentences }) => sentences[0]!) });
  await scorer.release();
  return evaluate({
    gold: test.map((row) => Uint8Array.from(labels, ({ name }) => (row.labels.includes(name) ? 1 : 0))),
    decided: test.map(() => new Uint8Array(labels.length).fill(1)),
    scores: scored.map(({ probabilities }) => probabilities),
    labelNames: labels.map(({ name }) => name),
    thresholds: labels.map(() => 0.5),
  }).macro.f1;
}

function placed(text: string, place: 'alone' | 'first' | 'last'): string {
  if (place === 'alone') return text;
  const around: string[] = [];
  let words = 0;
  while (words < Number(options.words)) {
    const sentence = NOTHING[random.integer(NOTHING.length)]!;
    around.push(sentence);
    words += sentence.split(' ').length;
  }
  return (place === 'first' ? [text, ...around] : [...around, text]).join(' ');
}

function read(name: string): string {
  const folder = options.set ?? join(ROOT, 'resources/sample');
  const packed = join(folder, `${name}.gz`);
  return existsSync(packed)
    ? gunzipSync(readFileSync(packed)).toString('utf8')
    : readFileSync(join(folder, name), 'utf8');
}

function readLabels(): { name: string; sentences: string[] }[] {
  return Labels.parse(JSON.parse(read('labels.json'))).map(({ name, hypothesis, hypotheses }) => ({
    name,
    sentences: hypotheses ?? [hypothesis ?? `This text is about ${name}.`],
  }));
}

function rowsOf(part: 'train' | 'test', count: number): z.infer<typeof Row>[] {
  const rows = read(`${part}.jsonl`)
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)));
  return createRandom(Number(options.seed)).shuffle(rows).slice(0, count);
}
