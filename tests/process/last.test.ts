import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';

const LAST = join(import.meta.dirname, '..', '..', 'process', 'last.ts');

/** Runs a process of ours that does this, and gives its exit code, outputs and log. */
function run(body: string) {
  const home = temporaryFolder();
  const script = join(home, 'main.ts');
  writeFileSync(
    script,
    `import { setTimeout as delay } from 'node:timers/promises';
import { writeFileSync, mkdirSync } from 'node:fs';
import { beginProcess, endProcess, withUsualFiles } from ${JSON.stringify(LAST)};
process.umask(0o022);
${body}`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    cwd: home,
    env: { ...process.env, ENTAIL_HOME: home },
    encoding: 'utf8',
  });
  const file = join(home, 'logs', 'entail.log');
  return { home, status, stdout, stderr, log: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

const going = 'beginProcess("test", { exception: () => undefined, rejection: () => undefined });';

test('what nobody catches is logged with its stack, and the process goes on where it may', () => {
  const { status, stdout, stderr, log } = run(`${going}
void Promise.reject(new Error('said in confidence'));
setTimeout(() => { throw new TypeError('said in confidence'); }, 1);
await delay(50);
console.log('goes on');`);
  expect([status, stdout, stderr]).toEqual([0, 'goes on\n', '']);
  expect(log).toMatch(/test\[\d+\] unhandled error=Error at .*main\.ts:/);
  expect(log).toMatch(/test\[\d+\] uncaught error=TypeError at .*main\.ts:/);
  expect(log).not.toContain('confidence');
});

test('a process that is started again when needed ends, and tells nobody a stack', () => {
  for (const failing of ['void Promise.reject(new Error("x"))', 'setTimeout(() => { throw "x"; }, 1)']) {
    const { status, stdout, stderr, log } = run(
      `beginProcess("test", endProcess);\n${failing};\nawait delay(1000);\nconsole.log('too late');`,
    );
    expect([status, stdout, stderr]).toEqual([70, '', '']);
    expect(log).toContain('test[');
  }
});

test.skipIf(process.platform === 'win32')(
  'what it makes is private, what it starts for the person is not',
  () => {
    const { home, status } = run(`${going}
mkdirSync('made');
writeFileSync('made/file', 'x');
await withUsualFiles(async () => writeFileSync('usual', 'x'));
writeFileSync('after', 'x');`);
    expect(status).toBe(0);
    const modes = ['made', 'made/file', 'usual', 'after'].map((name) =>
      (statSync(join(home, name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['700', '600', '644', '600']);
  },
);

test('every entry of a process begins with the last handler', () => {
  const root = join(import.meta.dirname, '..', '..');
  const sources = ['backend', 'cli', 'engine', 'electron', 'web'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  );
  // What is forked names its entry as a file beside it.
  const forked = sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    if (!/\bfork\(/.test(text) || !text.includes("'node:child_process'")) return [];
    return [...text.matchAll(/import\.meta\.dirname, '([\w-]+\.ts)'/g)].map(([, name]) =>
      join(dirname(file), name!),
    );
  });
  expect(forked.length).toBeGreaterThanOrEqual(2);
  const started = ['cli/main.ts', 'backend/main.ts', 'electron/main.ts'].map((name) => join(root, name));
  const without = [...started, ...forked].filter(
    (entry) => !readFileSync(entry, 'utf8').includes('beginProcess('),
  );
  expect(without).toEqual([]);
});
