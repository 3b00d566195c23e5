import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { queued, settledQueue } from '../../backend/choosing/queues.ts';
import { openProject } from '../../backend/project/file.ts';
import { learnerOf } from '../../backend/suggesting/learning/learner.ts';
import { STRATEGIES } from '../../engine/index.ts';
import { makeLargeProject } from '../makeLargeProject.ts';

/**
 * For how long choosing what to label next holds up the process that saves decisions, in a project of 10,000 documents,
 * 10 labels and 200 annotated documents: milliseconds of processor time; a Markdown table.
 *
 *   node bench/learn/choosing.ts
 */
const ROUNDS = 5;
let later = 0;
const now = () => performance.now() + later;

const folder = mkdtempSync(join(tmpdir(), 'entail-choosing-'));
try {
  const path = join(folder, 'p.entail');
  makeLargeProject(path, { documents: 10_000, labels: 10, annotated: 200, dimensions: 384 });
  const project = openProject(path);
  await learnerOf(project).follow({ whole: true });
  process.stdout.write(
    '| chosen by | first card (ms) | next card (ms) | the same and gathering candidates (ms) | until the new choice is there, by the clock (ms) |\n| --- | ---: | ---: | ---: | ---: |\n',
  );
  const labels = project.stores.labels.all().map(({ id }) => id);
  for (const { name } of STRATEGIES) {
    const first = took(() => queued(project, name, 5));
    await settledQueue(project);
    const next: number[] = [];
    const aside: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [card] = queued(project, name, 1, { now });
      annotate(project, 'ada', [decided(card!.id, { yes: [], no: labels })]);
      await learnerOf(project).follow();
      // Choosing anew is due, however long the last time took.
      later += 60_000;
      const began = performance.now();
      const before = process.threadCpuUsage();
      next.push(took(() => queued(project, name, 5, { now })));
      await settledQueue(project);
      aside.push(since(before));
      whole.push(performance.now() - began);
    }
    process.stdout.write(
      `| ${[name, first, median(next), median(aside), median(whole)].map((x) => (typeof x === 'number' ? x.toFixed(0) : x)).join(' | ')} |\n`,
    );
  }
  project.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Processor time of this thread, as others may run beside it. */
function took(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  return since(before);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
