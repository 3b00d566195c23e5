import { parseArgs } from 'node:util';
import { modelStructures } from './model-structures.ts';

/** `node tests/fuzz/models.ts --inputs 20000 --seed 1`: counts what became of them and lists every fault. */
const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3600' },
  },
});
const first = Number(values.seed);
const counts = new Map<string, number>();
const faults: string[] = [];
const until = performance.now() + 1000 * Number(values.seconds);
let done = 0;
for (; done < Number(values.inputs) && performance.now() < until; done++) {
  const { kind, fault } = await modelStructures.run(modelStructures.generate(first + done));
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (fault !== undefined) {
    faults.push(`seed ${first + done}: ${fault}`);
    console.log(faults.at(-1));
  }
}
await modelStructures.close();
console.log({ inputs: done, faults: faults.length, ...Object.fromEntries([...counts].toSorted()) });
process.exitCode = faults.length > 0 ? 1 : 0;
