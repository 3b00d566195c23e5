import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plotSvg, type Series } from '../cli/plot.ts';
import { createEngine, fineTune, loadNliModel, trainingOptions } from '../engine/index.ts';
import { type ProjectCosts, projectCosts } from './projectOperations.ts';
import { spread } from './spread.ts';
import { LABELS, TEMPLATE, wholeTexts } from './suggesting.ts';
import { EMBEDDED_MODEL, ROOT } from './texts.ts';

/**
 * How cost grows: suggesting with documents and labels, a training step with the length of texts and the batch, the
 * project with documents.
 *
 *   npm run bench:growth -- [--quick] [--out docs/growth]
 *
 * Writes growth.json and an SVG per plot.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join(ROOT, 'docs/growth') },
  },
});
const { quick, out } = values;
const REPEATS = quick ? 1 : 3;
mkdirSync(out, { recursive: true });

const growth = {
  date: new Date().toISOString(),
  quick,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  load: loadavg()[0]!,
  suggesting: await suggestingGrowth(),
  training: await trainingGrowth(),
  projects: await projectGrowth(),
};
writeFileSync(join(out, 'growth.json'), `${JSON.stringify(growth, null, 2)}\n`);
draw('suggesting', {
  title: 'Suggesting: seconds by documents',
  x: 'documents',
  y: 'seconds',
  series: seriesOf(growth.suggesting, 'labels', (row) => [row.documents, row.seconds]),
});
draw('training', {
  title: 'A LoRA training step: milliseconds by length',
  x: 'tokens per pair',
  y: 'milliseconds',
  series: seriesOf(growth.training, 'batch', (row) => [row.tokens, row.milliseconds]),
});
draw('projects', {
  title: 'Project operations: milliseconds by documents',
  x: 'documents',
  y: 'milliseconds',
  logarithmic: true,
  series: (['openMs', 'firstPageMs', 'searchMs', 'decideMs', 'countStaleMs'] as const).map((key) => ({
    name: key.replace(/Ms$/, ''),
    points: growth.projects.map((row) => [row.documents, row[key]] as const),
  })),
});

async function suggestingGrowth() {
  const engine = createEngine();
  try {
    const scorer = await engine.openScorer({ dir: EMBEDDED_MODEL, device: 'cpu', precision: 'auto' });
    const texts = wholeTexts(await loadNliModel(EMBEDDED_MODEL), 200);
    const rows: { documents: number; labels: number; seconds: number }[] = [];
    for (const labels of quick ? [2, 10] : [2, 5, 10]) {
      const hypotheses = LABELS.slice(0, labels).map((label) => TEMPLATE.replace('{}', () => label));
      for (const documents of quick ? [8, 16] : [25, 50, 100, 200]) {
        const part = Array.from({ length: documents }, (_, i) => texts[i % texts.length]!);
        const times = await repeated(() => scorer.score(part, hypotheses));
        rows.push({ documents, labels, seconds: times / 1000 });
      }
    }
    return rows;
  } finally {
    await engine.close();
  }
}

async function trainingGrowth() {
  const model = await loadNliModel(EMBEDDED_MODEL);
  const rows: { tokens: number; batch: number; milliseconds: number }[] = [];
  for (const batch of quick ? [8] : [8, 16, 32]) {
    for (const tokens of quick ? [16, 32] : [16, 32, 64, 128]) {
      const words = 'price '.repeat(tokens);
      const examples = Array.from({ length: batch * 4 }, (_, i) => ({
        premise: words,
        hypothesis: 'it is late',
        target: i % 2 === 0 ? ('entailment' as const) : ('contradiction' as const),
      }));
      const options = trainingOptions({ batchSize: batch, epochs: 1, maxLength: tokens });
      const ends: number[] = [];
      await fineTune(model, { examples, options, onStep: () => ends.push(performance.now()) });
      const steps = ends.slice(1).map((end, i) => end - ends[i]!);
      rows.push({ tokens, batch, milliseconds: spread(steps).median });
    }
  }
  return rows;
}

async function projectGrowth(): Promise<ProjectCosts[]> {
  const rows: ProjectCosts[] = [];
  for (const documents of quick ? [1000, 3000] : [1000, 10_000, 100_000])
    rows.push(await projectCosts(documents));
  return rows;
}

/** Milliseconds: the median of the repeats after one that warms up. */
async function repeated(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return spread(times).median;
}

/** One line per value of `key`. */
function seriesOf<Key extends string, Row extends Record<Key, number>>(
  rows: readonly Row[],
  key: Key,
  point: (row: Row) => readonly [number, number],
): Series[] {
  return [...new Set(rows.map((row) => row[key]))].map((value) => ({
    name: `${value} ${key}`,
    points: rows.filter((row) => row[key] === value).map(point),
  }));
}

function draw(name: string, plot: Parameters<typeof plotSvg>[0]): void {
  writeFileSync(join(out, `${name}.svg`), plotSvg(plot));
}
