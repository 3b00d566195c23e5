import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modelStructures } from './model-structures.ts';
import { readers } from './readers.ts';
import type { FuzzTarget } from './target.ts';

/**
 * `npm run test:fuzz -- [--inputs N] [--seconds S] [--seed K] [--target readers|models] [--finds DIR]`: hostile inputs
 * to everything that reads foreign files. Bounds are for all targets together. The last line counts targets.
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

const models = (): FuzzTarget => ({
  name: 'models',
  run: (seed) => modelStructures.run(modelStructures.generate(seed)),
  close: () => modelStructures.close(),
});
const TARGETS: Readonly<Record<string, () => FuzzTarget>> = { readers, models };

const chosen = Object.entries(TARGETS).filter(
  ([name]) => values.target === undefined || name === values.target,
);
if (chosen.length === 0)
  throw new Error(`There is no target "${values.target}": ${Object.keys(TARGETS).join(', ')}.`);
let failed = 0;
for (const [name, make] of chosen) if (!(await tried(name, make()))) failed += 1;
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function tried(name: string, target: FuzzTarget): Promise<boolean> {
  const inputs = Math.ceil(Number(values.inputs) / chosen.length);
  const started = performance.now();
  const until = started + (1000 * Number(values.seconds)) / chosen.length;
  const counts = new Map<string, number>();
  let [done, finds, slowest, peak] = [0, 0, 0, 0];
  for (; done < inputs && performance.now() < until; done++) {
    const seed = Number(values.seed) + done;
    const before = performance.now();
    const { kind, fault, input } = await target.run(seed);
    slowest = Math.max(slowest, performance.now() - before);
    if (done % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (fault === undefined) continue;
    finds += 1;
    console.log(`FIND ${name} --seed ${seed}: ${fault}`);
    if (!input) continue;
    mkdirSync(values.finds, { recursive: true });
    writeFileSync(join(values.finds, input.name), input.bytes);
  }
  await target.close();
  const seconds = (performance.now() - started) / 1000;
  const figures = `${done} inputs, ${finds} finds, ${(done / seconds).toFixed(0)} per second`;
  console.log(
    `${name}: ${figures}, slowest ${slowest.toFixed(0)} ms, host at most ${(peak / 1e6).toFixed(0)} MB`,
  );
  console.log(Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1])));
  return finds === 0 && done > 0;
}
