import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { loadNliModel } from '../../../../engine/model/nliModel.ts';
import { createRandom } from '../../../../engine/random.ts';
import { encodeExamples } from '../../../../engine/train/examples.ts';
import { batchBytes } from '../../../../engine/train/memory/need.ts';
import { trainingOptions } from '../../../../engine/train/plan.ts';
import { createStepper } from '../../../../engine/train/step.ts';
import { createTrainables } from '../../../../engine/train/trainables.ts';

/**
 * Prints what a step was estimated to keep alive and by how much the process grew at its most. Linux only; with
 * --expose-gc, for what loading left behind and is collected during the step would be counted as room for it.
 */
const [dir = '', method = 'full', recompute = ''] = process.argv.slice(2);
const model = await loadNliModel(dir);
const { training, parameters } = createTrainables(
  model.prepared,
  trainingOptions({ method: method as 'full', precision: 'fp32', recompute: recompute !== '' }),
  createRandom(1),
);
const batch = await batchBytes({ training, parameters });
const encoded = encodeExamples(
  model,
  Array.from({ length: 8 }, () => ({
    // As long as fits: what is longer is read in windows, which are shorter.
    premise: 'the parcel came late '.repeat(62),
    hypothesis: 'this is about price .',
    target: 'entailment' as const,
  })),
  256,
);
const stepper = await createStepper(training, parameters, { threads: 1 });
const kilobytes = (field: string) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))![1]);
const { tokens, targets } = encoded.batch([0, 1, 2, 3, 4, 5, 6, 7], 8);
await stepper.run(...smallBatch());
await settled();
writeFileSync('/proc/self/clear_refs', '5');
const before = kilobytes('VmRSS');
await stepper.run(tokens, targets);
const grown = (kilobytes('VmHWM') - before) * 1024;
const [rows, length] = tokens.shape;
console.log(JSON.stringify({ estimated: batch({ batch: rows, sequence: length }), grown }));
await stepper.release();

/** Buffers that nothing refers to are given back by a thread, some time after they were collected. */
async function settled() {
  if (!globalThis.gc) throw new Error('Run with --expose-gc.');
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    globalThis.gc();
    await setTimeout(300);
    const now = kilobytes('VmRSS');
    if (before - now < 1024) return;
    before = now;
  }
}

/** One short pair: gradient buffers are touched before anything is measured. */
function smallBatch() {
  const short = encodeExamples(
    model,
    [{ premise: 'late', hypothesis: 'price', target: 'entailment' }],
    256,
  ).batch([0], 1);
  return [short.tokens, short.targets] as const;
}
