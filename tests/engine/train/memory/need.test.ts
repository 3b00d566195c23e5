import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODEL = join(import.meta.dirname, '../../../../resources/models/entail-minilm-l6');

test.runIf(process.platform === 'linux').each(['full', 'lora'])(
  '%s: what a step keeps alive is estimated within a third of what the process grew by',
  (method) => {
    const printed = execFileSync(process.execPath, [
      join(import.meta.dirname, 'measureStep.ts'),
      MODEL,
      method,
    ]);
    const { estimated, grown } = JSON.parse(printed.toString());
    expect(grown / estimated).toBeGreaterThan(0.75);
    expect(grown / estimated).toBeLessThan(1.33);
  },
);
