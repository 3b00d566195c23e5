import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { openProject } from '../../backend/project/file.ts';
import { learnerOf } from '../../backend/suggesting/learning/learner.ts';
import { suggestionsOf } from '../../backend/suggesting/reader.ts';
import { createRandom } from '../../engine/index.ts';
import { makeLargeProject } from '../makeLargeProject.ts';

/**
 * How soon suggestions of all documents follow a decision, and for how long others wait meanwhile: milliseconds, the
 * median and the 95th percentile over decisions; a Markdown table.
 *
 *   node bench/learn/following.ts [--documents 10000,100000] [--labels 10] [--annotated 200] [--decisions 40]
 */
const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '10000,100000' },
    labels: { type: 'string', default: '10' },
    annotated: { type: 'string', default: '200' },
    decisions: { type: 'string', default: '40' },
  },
});

const DIMENSIONS = 384;

process.stdout.write(
  '| documents | labels | annotated | first time (ms) | decision to suggestions (ms) | longest wait of others (ms) | thresholds and figures (ms) |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const documents of options.documents.split(',').map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), 'entail-following-'));
  try {
    process.stdout.write(`${await measured(join(folder, 'p.entail'), documents)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(path: string, documents: number): Promise<string> {
  const [labels, annotated, decisions] = [options.labels, options.annotated, options.decisions].map(Number);
  makeLargeProject(path, { documents, labels, annotated, dimensions: DIMENSIONS });
  const project = openProject(path);
  const learner = learnerOf(project);
  const first = await timed(() => learner.follow());
  const own = project.stores.labels.all().map(({ id }) => id);
  const open = [...project.stores.documents.ids()].filter((id) => !project.stores.annotations.isHandled(id));
  const random = createRandom(5);
  const took: number[] = [];
  const waited: number[] = [];
  for (let i = 0; i < decisions!; i++) {
    const id = open[random.integer(open.length)]!;
    const yes = own.filter(() => random.uniform() < 0.2);
    const no = own.filter((label) => !yes.includes(label));
    annotate(project, 'ada', [decided(id, { yes, no })]);
    const lag = watchLag();
    took.push(
      await timed(async () => {
        await learner.follow();
        suggestionsOf(project).row(open[0]!);
      }),
    );
    waited.push(lag());
  }
  const crossFit = await timed(() => learner.unlearnt());
  project.close();
  const both = (values: number[]) =>
    `${quantile(values, 0.5).toFixed(0)} / ${quantile(values, 0.95).toFixed(0)}`;
  return `| ${[documents, labels, annotated, first.toFixed(0), both(took), both(waited), crossFit.toFixed(0)].join(' | ')} |`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The longest time that nothing else could run, since it was called. */
function watchLag(): () => number {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
