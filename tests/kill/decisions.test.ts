import { expect, test } from 'vitest';
import { killAndCompare } from './decisions.ts';

test('a share of the long proof: kills of host, engine and group lose nothing, and copies are sound', async () => {
  const report = await killAndCompare({ decisions: 200, kills: 6, long: [], seed: 7 });
  expect(report.kills.host).toBeGreaterThan(0);
  expect(report.kills.group).toBeGreaterThan(0);
  expect(report.decisions).toBeGreaterThanOrEqual(200);
  expect(report.copies.taken).toBeGreaterThan(0);
  expect(report).toMatchObject({
    lost: 0,
    problems: [],
    copies: { unsound: [], tooOld: 0, missing: 0 },
  });
}, 240_000);
