import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { learnPriors, withProbabilities } from '../backend/suggesting/fusing.ts';
import { createEngine, loadNliModel, readFusionWeights, withTextReader } from '../engine/index.ts';
import { spread } from './spread.ts';
import { startPipeline, wholeTexts, writeHuggingFace } from './suggesting.ts';
import { EMBEDDED_MODEL } from './texts.ts';

/**
 * Suggesting with many labels, side by side: each text read for its likeliest labels, as the program does, for all of
 * them, and by Hugging Face's zero-shot pipeline at its best batch size (where ENTAIL_PYTHON names a Python with
 * bench/python/requirements.txt); a Markdown table of texts per second, the median of the repeats and their range.
 *
 *   node bench/manyLabels.ts [--labels 30,50] [--texts 64] [--repeats 3] [--model FOLDER]
 */
const { values: options } = parseArgs({
  options: {
    labels: { type: 'string', default: '30,50' },
    texts: { type: 'string', default: '64' },
    repeats: { type: 'string', default: '3' },
    model: { type: 'string', default: EMBEDDED_MODEL },
  },
});

const TOPICS = [
  ...[
    'delivery',
    'price',
    'quality',
    'returns',
    'packaging',
    'size',
    'colour',
    'warranty',
    'staff',
    'opening hours',
  ],
  ...[
    'a fault',
    'installation',
    'instructions',
    'battery',
    'noise',
    'weight',
    'comfort',
    'design',
    'smell',
    'taste',
  ],
  ...[
    'payment',
    'invoice',
    'discount',
    'subscription',
    'account',
    'password',
    'privacy',
    'advertising',
    'website',
    'app',
  ],
  ...[
    'health',
    'side effects',
    'safety',
    'children',
    'pets',
    'travel',
    'food',
    'sports',
    'music',
    'politics',
  ],
  ...[
    'law',
    'science',
    'school',
    'work',
    'family',
    'weather',
    'environment',
    'traffic',
    'housing',
    'a compliment',
  ],
];
const TEMPLATE = 'This text is about {}.';
const MOST_LABELS = TOPICS.length;

const model = await loadNliModel(options.model);
const fusion = readFusionWeights(options.model);
if (!fusion) throw new Error(`${options.model} has no combined reading.`);
const texts = wholeTexts(model, Number(options.texts));
const folder = mkdtempSync(join(tmpdir(), 'entail-bench-'));
const engine = createEngine();
const python =
  process.env.ENTAIL_PYTHON === undefined ? null : startPipeline(process.env.ENTAIL_PYTHON, folder);
const compute = { dir: options.model, device: 'cpu', precision: 'auto' } as const;
try {
  writeHuggingFace(folder, model);
  console.log(
    '| labels | what | texts per second | range | against the pipeline |\n| ---: | --- | ---: | --- | ---: |',
  );
  for (const count of options.labels.split(',').map(Number)) {
    if (count > MOST_LABELS) throw new Error(`There are ${MOST_LABELS} labels.`);
    await measure(TOPICS.slice(0, count));
  }
} finally {
  python?.stop();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(topics: readonly string[]): Promise<void> {
  const labels = topics.map((name) => ({ name, hypotheses: [TEMPLATE.replace('{}', () => name)] }));
  const priors = await withTextReader(
    engine,
    { ...compute, labels, embeds: 'texts and labels', interaction: fusion?.interaction },
    (read) => learnPriors(read, { labels: labels.length, texts }),
  );
  const { rest: _, ...all } = priors;
  const found = new Map<string, number[]>();
  const note = (name: string, seconds: number) =>
    found.set(name, [...(found.get(name) ?? []), texts.length / seconds]);
  for (let repeat = 0; repeat <= Number(options.repeats); repeat++) {
    for (const [name, usual] of [
      ['its likeliest labels', priors],
      ['all labels', all],
    ] as const) {
      const spec = { ...compute, fusion, labels, priors: usual, texts: async () => texts };
      const seconds = await withProbabilities(engine, spec, async (score) => {
        await score(texts.slice(0, 4));
        const started = performance.now();
        await score(texts);
        return (performance.now() - started) / 1000;
      });
      // The first is for the machine to warm up.
      if (repeat > 0) note(name, seconds);
    }
    if (repeat === 0 || !python) continue;
    const request = { texts, labels: topics, template: TEMPLATE, setup: 'best', dtype: 'float32' };
    note('pipeline, its best batch size', (await python.ask(request)).seconds);
  }
  const base = found.get('pipeline, its best batch size');
  for (const [name, rates] of found) {
    const { median, min, max } = spread(rates);
    const ratio = base ? (median / spread(base).median).toFixed(1) : '';
    console.log(
      `| ${topics.length} | ${name} | ${median.toFixed(1)} | ${min.toFixed(1)} to ${max.toFixed(1)} | ${ratio} |`,
    );
  }
}
