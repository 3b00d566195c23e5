import { expect, test } from 'vitest';
import { type SignatureChecks, whyNoUpdates } from '../../electron/signature.ts';

type Answer = { code: number; output: string };

const checks = (platform: NodeJS.Platform, answers: readonly Answer[]): SignatureChecks => {
  const left = [...answers];
  return {
    platform,
    config: 'provider: generic\npublisherName:\n  - Entail\n',
    executable: '/Applications/Entail.app/Contents/MacOS/Entail',
    run: async () => left.shift() ?? { code: 1, output: '' },
  };
};
const ok = (output = ''): Answer => ({ code: 0, output });

test('a build that is signed by a team may look for updates, an unsigned or changed one says why not', async () => {
  const team = ok('Authority=Developer ID\nTeamIdentifier=AB12CD34EF\n');
  expect(await whyNoUpdates(checks('darwin', [ok(), team]))).toBeNull();
  const adHoc = ok('Signature=adhoc\nTeamIdentifier=not set\n');
  expect(await whyNoUpdates(checks('darwin', [ok(), adHoc]))).toMatch(/not signed/);
  expect(await whyNoUpdates(checks('darwin', [{ code: 1, output: 'invalid' }, team]))).toMatch(/not signed/);
  expect(await whyNoUpdates(checks('win32', [ok('Valid\r\n')]))).toBeNull();
  for (const status of ['NotSigned', 'HashMismatch', 'UnknownError', ''])
    expect(await whyNoUpdates(checks('win32', [ok(status)]))).toMatch(/not signed/);
  const nameless = { ...checks('win32', [ok('Valid')]), config: 'provider: generic\n' };
  expect(await whyNoUpdates(nameless)).toMatch(/not signed/);
  expect(await whyNoUpdates(checks('win32', [{ code: 1, output: 'Valid' }]))).toMatch(/not signed/);
});

test('where nothing proves who made an update, or the question fails, there is none', async () => {
  expect(await whyNoUpdates(checks('linux', []))).toMatch(/On this system nothing proves/);
  const broken: SignatureChecks = {
    ...checks('win32', []),
    run: () => Promise.reject(new Error('no such program')),
  };
  expect(await whyNoUpdates(broken)).toMatch(/not signed/);
});
