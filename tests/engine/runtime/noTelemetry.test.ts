import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Files that a process leaves in the user's folders after loading a model, with ONNX Runtime imported from `from`. */
function tracesOf(from: string): string[] {
  const [home, dir] = [temporaryFolder(), temporaryFolder()];
  writeTinyModel(dir);
  const script = `
    const { ort = undefined, ...module } = await import(${JSON.stringify(from)});
    const { InferenceSession } = ort ?? module.default ?? module;
    await (await InferenceSession.create(${JSON.stringify(join(dir, 'model.onnx'))})).release();
  `;
  const { CI: _, ORT_DISABLE_TELEMETRY: __, ORT_RUNNING_UNIT_TESTS: ___, ...rest } = process.env;
  const env = { ...rest, HOME: home, XDG_CACHE_HOME: join(home, '.cache') };
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, env, timeout: 50_000 });
  return readdirSync(home, { recursive: true }).map(String);
}

test('loading a model leaves no trace of telemetry: no device identifier, no queue of events', () => {
  expect(tracesOf(join(ROOT, 'engine/runtime/onnxRuntime.ts'))).toEqual([]);
});

test.runIf(process.platform === 'linux')('which the runtime, imported by itself, does leave', () => {
  expect(tracesOf('onnxruntime-node').join('\n')).toContain('onnxruntime');
});
