import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

/** Every fuse of the packaged app. A new Electron with a fuse that isn't decided here can't be packaged. */
export const FUSES: Readonly<Record<FuseV1Options, boolean>> = {
  [FuseV1Options.RunAsNode]: false,
  // There are no cookies; on, it asks for the macOS keychain.
  [FuseV1Options.EnableCookieEncryption]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
};

/** What the executable's fuses say: on, off, or neither. In their order; older Electrons have fewer. */
export async function readFuses(executable: string): Promise<(boolean | null)[]> {
  const { version, ...wire } = await getCurrentFuseWire(executable);
  if (version !== FuseVersion.V1) throw new Error('This Electron has fuses of another kind.');
  const states = Object.entries(wire as Record<string, FuseState>).sort(([a], [b]) => Number(a) - Number(b));
  return states.map(([, state]) =>
    state === FuseState.ENABLE ? true : state === FuseState.DISABLE ? false : null,
  );
}

/** Sets every fuse that the executable has. Throws where it has one that isn't decided. */
export async function setFuses(executable: string): Promise<void> {
  const count = (await readFuses(executable)).length;
  const own = Object.fromEntries(Object.entries(FUSES).slice(0, count));
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    ...own,
  } as Parameters<typeof flipFuses>[1]);
}
