import { expect, test } from 'vitest';
import { asideIn } from '../../../backend/project/logAside.ts';

test('logs set aside are a project’s own, but not the log of a project that is called as they are', () => {
  const aside = 'Mail (log of 2026-11-30 10.15).entail-wal';
  const other = 'Mail (log of complaints).entail-wal';
  const names = ['Mail.entail', 'Mail.entail-wal', aside, 'Mail (log of complaints).entail', other];
  expect(asideIn(names, '/home/ada/Mail.entail')).toEqual([aside]);
  expect(asideIn(names, '/home/ada/Letters.entail')).toEqual([]);
});
