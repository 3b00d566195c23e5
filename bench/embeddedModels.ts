import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { embeddedModels } from '../backend/models/embedded.ts';
import { learnPriors, withProbabilities } from '../backend/suggesting/fusing.ts';
import { createEngine, readFusionWeights, withTextReader } from '../engine/index.ts';
import { spread } from './spread.ts';
import { ROOT } from './texts.ts';

/**
 * What the models that ship cost, in turn on the reviews of the sample project: texts per second of suggesting (entailment and
 * embeddings) and of embedding alone, seconds until a loaded model answers, seconds of tuning embeddings as a training
 * does, and the engine's memory after each (Linux); a Markdown table of medians and ranges.
 *
 *   node bench/embeddedModels.ts [--texts 200] [--labels 6] [--repeats 3]
 */
const { values: options } = parseArgs({
  options: {
    texts: { type: 'string', default: '200' },
    labels: { type: 'string', default: '6' },
    repeats: { type: 'string', default: '3' },
  },
});

const Review = z.object({ text: z.string(), labels: z.array(z.string()) });
const reviews = readFileSync(join(ROOT, 'resources/sample/train.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .slice(0, Number(options.texts))
  .map((line) => Review.parse(JSON.parse(line)));
const names = [...new Set(reviews.flatMap(({ labels }) => labels))].slice(0, Number(options.labels));
const labels = names.map((name) => ({ name, hypotheses: [`This review is about ${name}.`] }));
const texts = reviews.map(({ text }) => text);
const tuning = reviews.map((review) => ({
  text: review.text,
  yes: names.flatMap((name, i) => (review.labels.includes(name) ? [i] : [])),
  no: names.flatMap((name, i) => (review.labels.includes(name) ? [] : [i])),
}));

const WHAT = {
  loading: 'seconds until it is loaded, with its encoder',
  suggesting: `texts per second, ${names.length} labels`,
  embedding: 'texts per second, embeddings alone',
  memory: 'memory of the engine then, MB',
  tuning: 'seconds of tuning embeddings',
  tuningMemory: 'memory of the engine then, MB',
} as const;
type Figure = keyof typeof WHAT;

const found = new Map<string, Map<Figure, number[]>>();
for (let repeat = 0; repeat <= Number(options.repeats); repeat++) {
  for (const { name, dir } of embeddedModels()) {
    const measured = await measure(dir);
    // The first is for the machine to warm up, and for what is remembered of a model to be there.
    if (repeat === 0) continue;
    const own = found.get(name) ?? new Map<Figure, number[]>();
    found.set(name, own);
    for (const [what, value] of measured) own.set(what, [...(own.get(what) ?? []), value]);
  }
}
console.log(`| | ${[...found.keys()].join(' | ')} |`);
console.log(`| --- |${' ---: |'.repeat(found.size)}`);
for (const [what, title] of Object.entries(WHAT) as [Figure, string][]) {
  const cells = [...found.values()].map((own) => {
    const { median, min, max } = spread(own.get(what) ?? [Number.NaN]);
    const shown = (value: number) => value.toFixed(value < 20 ? 1 : 0);
    return `${shown(median)} (${shown(min)} to ${shown(max)})`;
  });
  console.log(`| ${title} | ${cells.join(' | ')} |`);
}

async function measure(dir: string): Promise<Map<Figure, number>> {
  const engine = createEngine();
  const compute = { dir, device: 'cpu', precision: 'auto' } as const;
  const fusion = readFusionWeights(dir);
  const reading = {
    ...compute,
    labels,
    embeds: 'texts and labels',
    interaction: fusion?.interaction,
  } as const;
  const measured = new Map<Figure, number>();
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const started = performance.now();
    const result = await work();
    return [result, (performance.now() - started) / 1000];
  };
  try {
    const [, loading] = await timed(() =>
      withTextReader(engine, reading, (read) => read({ texts: texts.slice(0, 1) })),
    );
    measured.set('loading', loading);
    const priors = await withTextReader(engine, reading, (read) =>
      learnPriors(read, { labels: labels.length, texts }),
    );
    const spec = { ...compute, fusion, labels, priors, texts: async () => texts };
    const suggesting = await withProbabilities(engine, spec, async (score) => {
      await score(texts.slice(0, 4));
      return (await timed(() => score(texts)))[1];
    });
    measured.set('suggesting', texts.length / suggesting);
    const [, embedding] = await timed(() => engine.embed({ dir }, texts));
    measured.set('embedding', texts.length / embedding);
    measured.set('memory', mostMegabytes(engine.pid));
    const [, seconds] = await timed(() => engine.tune({ model: { dir }, texts: tuning, seed: 1 }));
    measured.set('tuning', seconds);
    measured.set('tuningMemory', mostMegabytes(engine.pid));
    return measured;
  } finally {
    await engine.close();
  }
}

/** The most that a process has held. */
function mostMegabytes(pid: number | undefined): number {
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}
