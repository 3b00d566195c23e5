import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { HubToken } from '../../contract/index.ts';
import { hubOrigin } from '../../engine/index.ts';
import type { Host } from '../machine/host.ts';
import { readRemembered, remember } from '../machine/remembered.ts';

/** A token sealed by the system's key store, and the only host that it is for. */
const Sealed = z.strictObject({ origin: z.string().max(300), sealed: z.string().min(1).max(16_384) });

type Keys = Pick<Host, 'seal' | 'unseal'>;

/** The token of the model hub: kept by the system's key store, or until Entail ends. Never in a file as it is. */
export interface HubTokens {
  state(): Promise<HubToken>;
  /** The old one is gone, whatever becomes of the new. */
  set(token: string): Promise<HubToken>;
  remove(): Promise<HubToken>;
  /** What goes to the hub that is configured now; undefined: none, or it is for another host. */
  current(): Promise<string | undefined>;
}

export function createHubTokens(keys: Keys, home: string): HubTokens {
  const path = join(home, 'hub-token.json');
  let session: { readonly origin: string; readonly token: string } | null = null;
  let unreadable = false;
  const read = () => readRemembered(path, Sealed.nullable(), null);

  async function state(): Promise<HubToken> {
    const origin = hubOrigin();
    const { host } = new URL(origin);
    // As every tool of the hub has it, the environment goes before what was stored.
    if (process.env.HF_TOKEN) return { host, kept: 'environment' };
    if (session) return { host, kept: session.origin === origin ? 'session' : 'elsewhere' };
    const sealed = await read();
    if (sealed === null) return { host, kept: 'none' };
    if (sealed.origin !== origin) return { host, kept: 'elsewhere' };
    return { host, kept: unreadable ? 'unreadable' : 'system' };
  }

  async function forget(): Promise<void> {
    session = null;
    unreadable = false;
    await rm(path, { force: true });
  }

  return {
    state,
    async set(token) {
      const origin = hubOrigin();
      await forget();
      const sealed = await keys.seal(token);
      // A store that can't give it back has not kept it.
      if (sealed !== null && (await keys.unseal(sealed)) === token) await remember(path, { origin, sealed });
      else session = { origin, token };
      return state();
    },
    async remove() {
      await forget();
      return state();
    },
    async current() {
      const origin = hubOrigin();
      if (process.env.HF_TOKEN) return undefined;
      if (session) return session.origin === origin ? session.token : undefined;
      const sealed = await read();
      if (sealed?.origin !== origin) return undefined;
      const token = await keys.unseal(sealed.sealed);
      unreadable = token === null;
      return token ?? undefined;
    },
  };
}

let own: HubTokens | undefined;

/** Downloads of this process send this token; there is one hub and one person at a time. */
export function sendTokenOf(tokens: HubTokens): void {
  own = tokens;
}

/** For `downloadModel`, which takes HF_TOKEN where there is none. */
export async function tokenOption(): Promise<{ token?: string }> {
  const token = await own?.current();
  return token === undefined ? {} : { token };
}
