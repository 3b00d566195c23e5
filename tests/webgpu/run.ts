import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { webGpuEnvironment } from './environment.ts';

/**
 * Runs the checks on a WebGPU device in a process of their own: the driver is chosen by its environment, and may crash.
 * Without a device nothing is checked; with CI set that is a failure.
 */
const env = webGpuEnvironment();
if (typeof env === 'string') {
  console.log(env);
  console.log(`0 passed, ${process.env.CI ? 1 : 0} failed`);
  process.exitCode = process.env.CI ? 1 : 0;
} else {
  const { status, signal } = spawnSync(process.execPath, [join(import.meta.dirname, 'checks.ts')], {
    env,
    stdio: 'inherit',
  });
  if (signal !== null) console.log(`The checks ended by ${signal}.\n0 passed, 1 failed`);
  process.exitCode = status ?? 1;
}
