import { spawnSync } from 'node:child_process';
import { readAudit } from './auditReport.ts';
import { ROOT } from './build.ts';

/**
 * `npm run audit`: known advisories about production dependencies, asked of the configured registry. High and critical
 * ones fail. A registry that has no such service is no failure, and no pass that says there are none.
 */
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  timeout: 120_000,
  shell: process.platform === 'win32',
});
const { text, failed } = readAudit(stdout ?? '');
console.log(text);
process.exitCode = failed ? 1 : 0;
