import type { SafeStorage } from 'electron';

/** Of Electron's `safeStorage` what is used; runtimes before 25 do not say which store is behind it. */
export type SystemStorage = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/** Sealing with a key that the system keeps: see `Host`. */
export interface KeyStore {
  seal(text: string): Promise<string | null>;
  unseal(sealed: string): Promise<string | null>;
}

/**
 * The system's key store: Keychain, DPAPI, or on Linux a secret service. Where Linux has none, Electron "encrypts" with a
 * password that is in its source (`basic_text`): that is plain text to anybody, and counts as no store at all. So does a
 * Linux runtime that doesn't say which store it has.
 */
export function createKeyStore(
  storage: SystemStorage,
  platform: NodeJS.Platform = process.platform,
): KeyStore {
  const isKept = (): boolean => {
    if (!storage.isEncryptionAvailable()) return false;
    if (platform !== 'linux') return true;
    return !['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend?.() ?? 'unknown');
  };
  // What the system says about a failure may quote what it was given: it is kept from everybody.
  const orNull = async (work: () => string): Promise<string | null> => {
    try {
      return isKept() ? work() : null;
    } catch {
      return null;
    }
  };
  return {
    seal: (text) => orNull(() => storage.encryptString(text).toString('base64')),
    unseal: (sealed) => orNull(() => storage.decryptString(Buffer.from(sealed, 'base64'))),
  };
}
