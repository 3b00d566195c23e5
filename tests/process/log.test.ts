import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../process/log.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('of an unexpected error the log keeps kind, code, stack and causes, and none of its words', () => {
  const log = createLog(join(temporaryFolder(), 'logs'), { name: 'backend', now: () => new Date(0) });
  const cause = Object.assign(new RangeError('the patient said'), { code: 'ERR_OF_TEST' });
  log.error('unexpected', new TypeError('the parcel came late', { cause }));
  log.error('unexpected', 'a thrown text');
  const text = readFileSync(log.file, 'utf8');
  expect(text).toMatch(
    /^1970-01-01T00:00:00.000Z backend\[\d+\] unexpected error=TypeError at .*log\.test\.ts:\d+.* caused-by error=RangeError code=ERR_OF_TEST at .*\n.* thrown=string\n$/,
  );
  expect(text).not.toMatch(/patient|parcel|thrown text/);
  expect(text).not.toContain(import.meta.dirname);
});

test.skipIf(process.platform === 'win32')('the log and its folder are for their owner alone', () => {
  const before = process.umask(0);
  try {
    const folder = join(temporaryFolder(), 'logs');
    const log = createLog(folder);
    log.write('started');
    expect([statSync(folder).mode & 0o777, statSync(log.file).mode & 0o777]).toEqual([0o700, 0o600]);
  } finally {
    process.umask(before);
  }
});
