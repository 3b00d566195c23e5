import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type ColdStart, coldStart } from './coldStart.ts';
import { type ProjectCosts, projectCosts } from './projectOperations.ts';
import { type Spread, spread } from './spread.ts';
import { benchSuggesting, SUGGESTING_RATIOS, type SuggestingRepeat } from './suggesting.ts';
import { EMBEDDED_MODEL, ROOT } from './texts.ts';
import { benchTraining, TRAINING_RATIOS, type TrainingRepeat, trainingBenchOptions } from './training.ts';

/**
 * Everything that docs/performance.md cites, in one run: Entail, and the same work in PyTorch where
 * ENTAIL_PYTHON names a Python with bench/python/requirements.txt.
 *
 *   npm run bench -- [--quick] [--million] [--repeats 5] [--model FOLDER] [--out FILE]
 *
 * Writes bench/results/<date>.json. --quick: few texts and steps, for trying out; --million: a project of a million
 * documents too.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    million: { type: 'boolean', default: false },
    repeats: { type: 'string' },
    model: { type: 'string', default: EMBEDDED_MODEL },
    out: { type: 'string' },
  },
});
const { quick, model } = values;
const repeats = Number(values.repeats ?? (quick ? 1 : 5));
const python = process.env.ENTAIL_PYTHON;

interface Rates {
  readonly [name: string]: Spread;
}

const startedAt = new Date();
const loadBefore = loadavg()[0]!;
const suggesting = await collect<SuggestingRepeat>(
  'suggesting',
  benchSuggesting({ model, texts: quick ? 16 : 64, repeats, python }),
);
const training = await collect<TrainingRepeat>(
  'training',
  benchTraining(trainingBenchOptions({ model, repeats, steps: quick ? 2 : 6 })),
);
const starts: ColdStart[] = [];
for (let i = 0; i < repeats; i++) starts.push(await coldStart(model));
const projects: ProjectCosts[] = [];
for (const documents of quick ? [10_000] : [10_000, 100_000, ...(values.million ? [1_000_000] : [])]) {
  process.stderr.write(`project of ${documents} documents\n`);
  projects.push(await projectCosts(documents));
}

const result = {
  date: startedAt.toISOString(),
  minutes: (Date.now() - startedAt.getTime()) / 60_000,
  quick,
  repeats,
  machine: {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: totalmem() / 2 ** 30,
    platform: `${process.platform} ${process.arch}`,
    loadBefore,
    loadDuring: spread([...suggesting, ...training].map(({ load }) => load)),
  },
  versions: { node: process.version, ...ownVersions(), python: python === undefined ? null : pinned() },
  ratios: {
    ...ratiosOf(
      suggesting.map(({ pairsPerSecond }) => pairsPerSecond),
      SUGGESTING_RATIOS,
    ),
    ...ratiosOf(
      training.map(({ examplesPerSecond }) => examplesPerSecond),
      TRAINING_RATIOS,
    ),
  },
  pairsPerSecond: {
    ...ratesOf(suggesting.map(({ pairsPerSecond }) => pairsPerSecond)),
    ...ratesOf(training.map(({ examplesPerSecond }) => examplesPerSecond)),
  },
  peakMegabytes: ratesOf([...suggesting, ...training].map(({ peakMegabytes }) => peakMegabytes)),
  differenceFromFp32: suggesting.at(-1)?.difference ?? {},
  coldStart: {
    firstSuggestionMs: spread(starts.map(({ firstSuggestionMs }) => firstSuggestionMs)),
    secondSuggestionMs: spread(starts.map(({ secondSuggestionMs }) => secondSuggestionMs)),
  },
  projects,
};
const out = values.out ?? join(ROOT, 'bench/results', `${startedAt.toISOString().slice(0, 10)}.json`);
mkdirSync(join(out, '..'), { recursive: true });
writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
for (const [name, { min, median, max }] of Object.entries(result.ratios))
  process.stdout.write(`${name}: ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})\n`);
if (python === undefined) process.stdout.write('Without ENTAIL_PYTHON nothing was compared.\n');
process.stdout.write(`${out}\n`);

async function collect<T>(what: string, found: AsyncGenerator<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of found) {
    all.push(one);
    process.stderr.write(`${what}, repeat ${all.length}\n`);
  }
  return all;
}

type Names = Readonly<Record<string, readonly [string, string]>>;

/** Above 1: Entail is faster. Each repeat gives one ratio, since both sides ran within the same minute. */
function ratiosOf(rows: readonly Readonly<Record<string, number>>[], names: Names): Rates {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, [ours, theirs]]) => {
      const found = rows.flatMap((row) => (row[theirs] && row[ours] ? [row[ours] / row[theirs]] : []));
      return found.length > 0 ? [[name, spread(found)]] : [];
    }),
  );
}

function ratesOf(rows: readonly Readonly<Record<string, number>>[]): Rates {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries([...names].map((name) => [name, spread(rows.flatMap((row) => row[name] ?? []))]));
}

function ownVersions() {
  const Package = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });
  const { version, dependencies } = Package.parse(
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
  );
  return { entail: version, onnxruntime: dependencies['onnxruntime-node'] };
}

function pinned(): string[] {
  const text = readFileSync(join(ROOT, 'bench/python/requirements.txt'), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
