import { expect, test } from 'vitest';
import { createKeyStore, type SystemStorage } from '../../electron/keyStore.ts';

/** A store that turns texts round; `backend`: what Linux says is behind it, null: the runtime doesn't say. */
function storage(backend: string | null, available = true): SystemStorage {
  const round = (text: string) => [...text].reverse().join('');
  return {
    isEncryptionAvailable: () => available,
    encryptString: (text) => Buffer.from(round(text)),
    decryptString: (sealed) => round(sealed.toString()),
    ...(backend !== null && { getSelectedStorageBackend: () => backend as 'kwallet5' }),
  };
}

test.each([
  ['darwin', null, true],
  ['win32', null, true],
  ['linux', 'gnome_libsecret', true],
  ['linux', 'kwallet6', true],
  ['linux', 'basic_text', false],
  ['linux', 'unknown', false],
  ['linux', null, false],
] as const)('on %s with the store %s it is a store: %s', async (platform, backend, isStore) => {
  const keys = createKeyStore(storage(backend), platform);
  const sealed = await keys.seal('hf_secret');
  expect(sealed === null).toBe(!isStore);
  expect(sealed ?? '').not.toContain('hf_secret');
  expect(await keys.unseal(sealed ?? 'eA==')).toBe(isStore ? 'hf_secret' : null);
});

test('without encryption, and where the system fails, nothing is sealed and nothing is said', async () => {
  const none = createKeyStore(storage(null, false), 'darwin');
  expect([await none.seal('hf_secret'), await none.unseal('eA==')]).toEqual([null, null]);
  const fail = (): never => {
    throw new Error('hf_secret could not be encrypted');
  };
  const failing = createKeyStore({ ...storage(null), encryptString: fail, decryptString: fail }, 'win32');
  expect([await failing.seal('hf_secret'), await failing.unseal('eA==')]).toEqual([null, null]);
});
