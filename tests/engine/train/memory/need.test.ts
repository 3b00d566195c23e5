import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODEL = join(import.meta.dirname, '../../../../resources/models/entail-minilm-l6');

test.runIf(process.platform === 'linux').each(['full', 'lora'])(
  '%s: what a step keeps alive is estimated within a third of what the process grew by; recomputed it is less',
  (method) => {
    const kept = measured(method);
    const recomputed = measured(method, 'recompute');
    for (const { grown, estimated } of [kept, recomputed]) {
      expect(grown / estimated).toBeGreaterThan(0.75);
      expect(grown / estimated).toBeLessThan(1.33);
    }
    expect(recomputed.grown).toBeLessThan(0.75 * kept.grown);
  },
);

function measured(...how: string[]): { estimated: number; grown: number } {
  const script = join(import.meta.dirname, 'measureStep.ts');
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', script, MODEL, ...how]).toString());
}
