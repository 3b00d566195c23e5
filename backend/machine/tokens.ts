import { randomBytes } from 'node:crypto';
import { BackendError } from '../errors.ts';

/** Stands for something outside the project (a path) towards the page; good while this process runs. */
export interface Tokens<T> {
  /** The token of a thing; `key` makes the same thing get the same token. */
  give(thing: T, key?: string): string;
  /** Throws `token_unknown`. */
  take(token: string): T;
  drop(token: string): void;
}

/** Tokens of one purpose; the oldest are forgotten beyond `most`. */
export function createTokens<T>(what: string, most = 10_000): Tokens<T> {
  const things = new Map<string, T>();
  const byKey = new Map<string, string>();
  return {
    give(thing, key) {
      const known = key === undefined ? undefined : byKey.get(key);
      const token = known ?? randomBytes(18).toString('base64url');
      things.set(token, thing);
      if (key !== undefined) byKey.set(key, token);
      const [oldest] = things.keys();
      if (things.size > most && oldest !== undefined) things.delete(oldest);
      return token;
    },
    take(token) {
      const thing = things.get(token);
      if (thing !== undefined) return thing;
      throw new BackendError('token_unknown', `This ${what} is not known any more.`, 'Choose it again.');
    },
    drop: (token) => void things.delete(token),
  };
}
