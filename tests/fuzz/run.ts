import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bounded } from './bounded.ts';
import { modelFiles } from './model-files.ts';
import { modelStructures } from './model-structures.ts';
import { projects } from './projects.ts';
import { readers } from './readers.ts';
import { type FuzzTarget, oneByOne } from './target.ts';

/**
 * `npm run test:fuzz -- [--inputs N] [--seconds S] [--seed K] [--target NAME] [--finds DIR]`: hostile inputs to everything
 * that reads foreign files. Bounds are for all targets together, which take turns by their weights, so that a run that is
 * stopped has tried all of them. The last line counts targets.
 */
const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    finds: { type: 'string', default: 'dist/fuzz-finds' },
  },
});

const models = (): FuzzTarget =>
  oneByOne(
    'models',
    (seed) => modelStructures.run(modelStructures.generate(seed)),
    () => modelStructures.close(),
  );
/** Of a thousand inputs: quick ones most, of the others enough. */
const TARGETS = {
  readers: { make: readers, weight: 600 },
  bounded: { make: bounded, weight: 2 },
  project: { make: projects, weight: 12 },
  models: { make: models, weight: 6 },
  modelFiles: { make: modelFiles, weight: 380 },
};
const ROUNDS_SAID = 50;

interface Course {
  readonly target: FuzzTarget;
  readonly each: number;
  readonly counts: Map<string, number>;
  done: number;
  finds: number;
  slowest: number;
  seconds: number;
}

const chosen = Object.entries(TARGETS).filter(
  ([name]) => values.target === undefined || name === values.target,
);
if (chosen.length === 0)
  throw new Error(`There is no target "${values.target}": ${Object.keys(TARGETS).join(', ')}.`);
const courses = chosen.map(
  ([, { make, weight }]): Course => ({
    target: make(),
    each: weight,
    counts: new Map(),
    done: 0,
    finds: 0,
    slowest: 0,
    seconds: 0,
  }),
);
const until = performance.now() + 1000 * Number(values.seconds);
const wanted = Number(values.inputs);
const share = wanted / courses.reduce((sum, { each }) => sum + each, 0);
let peak = 0;
let rounds = 0;
let goes = true;
while (goes) {
  goes = false;
  for (const course of courses) {
    const left = Math.ceil(share * course.each) - course.done;
    if (left <= 0 || performance.now() > until) continue;
    await turn(course, Math.min(left, course.each));
    goes = true;
  }
  peak = Math.max(peak, process.memoryUsage.rss());
  if (++rounds % ROUNDS_SAID === 0) console.log(`so far: ${courses.map(said).join('; ')}`);
}
for (const { target } of courses) await target.close();
for (const course of courses) {
  console.log(said(course));
  console.log(Object.fromEntries([...course.counts].toSorted((a, b) => b[1] - a[1])));
}
console.log(`this process held at most ${(peak / 1e6).toFixed(0)} MB`);
const failed = courses.filter(({ finds, done }) => finds > 0 || done === 0).length;
console.log(`${courses.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function said({ target, done, finds, slowest, seconds }: Course): string {
  const rate = (done / Math.max(seconds, 0.001)).toFixed(0);
  return `${target.name}: ${done} inputs, ${finds} finds, ${rate} per second, slowest ${slowest.toFixed(0)} ms`;
}

async function turn(course: Course, count: number): Promise<void> {
  const started = performance.now();
  let before = started;
  const first = Number(values.seed) + course.done;
  for await (const { seed, kind, fault, input } of course.target.run(first, count)) {
    const now = performance.now();
    course.slowest = Math.max(course.slowest, now - before);
    before = now;
    course.done += 1;
    course.counts.set(kind, (course.counts.get(kind) ?? 0) + 1);
    if (fault !== undefined) {
      course.finds += 1;
      console.log(`FIND ${course.target.name} --seed ${seed}: ${fault}`);
      if (input) {
        mkdirSync(values.finds, { recursive: true });
        writeFileSync(join(values.finds, input.name), input.bytes);
      }
    }
    if (now > until) break;
  }
  course.seconds += (performance.now() - started) / 1000;
}
