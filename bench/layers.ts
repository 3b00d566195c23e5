import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom, fineTune, loadNliModel, trainingOptions } from '../engine/index.ts';
import type { TrainingRequest } from '../engine/train/loop.ts';

/**
 * What keeping the frozen layers' values saves: processor time of the epochs after the first, without and with it.
 *
 *   node bench/layers.ts [--model FOLDER] [--layers top:2] [--method lora|full] [--precision fp32|int8] [--repeats 3]
 *
 * Prints one JSON line per repeat: milliseconds per epoch, and their ratio.
 */

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(ROOT, 'resources/models/entail-minilm-l6') },
    layers: { type: 'string', default: 'top:2' },
    method: { type: 'string', default: 'lora' },
    precision: { type: 'string', default: 'fp32' },
    repeats: { type: 'string', default: '3' },
  },
});
const EPOCHS = 3;
const WORDS = 'parcel price broken late colour nobody answered great handle second day wrong good'.split(' ');

const random = createRandom(1);
const examples: TrainingRequest['examples'] = Array.from({ length: 64 }, (_, i) => ({
  premise: Array.from({ length: 40 + random.integer(20) }, () => WORDS[random.integer(WORDS.length)]).join(
    ' ',
  ),
  hypothesis: `This text is about ${WORDS[i % 4]}.`,
  target: i % 3 === 0 ? 'entailment' : 'contradiction',
}));
const options = trainingOptions({
  layers: values.layers as 'all',
  method: values.method as 'lora',
  precision: values.precision as 'fp32',
  targets: 'qv',
  epochs: EPOCHS,
  batchSize: 32,
});
const model = await loadNliModel(values.model);

/** Milliseconds of processor time per epoch, all but the first. */
async function epochMs(layerCache?: 'none'): Promise<number> {
  const ends: number[] = [];
  const onStep = () => {
    const { user, system } = process.cpuUsage();
    ends.push((user + system) / 1000);
  };
  await fineTune(model, { examples, options, onStep, ...(layerCache && { layerCache }) });
  const perEpoch = ends.length / EPOCHS;
  return (ends.at(-1)! - ends[perEpoch - 1]!) / (EPOCHS - 1);
}

for (let repeat = 1; repeat <= Number(values.repeats); repeat++) {
  const without = await epochMs('none');
  const kept = await epochMs();
  console.log(JSON.stringify({ repeat, withoutMs: without, keptMs: kept, ratio: without / kept }));
}
