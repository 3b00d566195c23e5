import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Preferences as Schema } from '../../contract/index.ts';
import { readRemembered, remember } from './remembered.ts';

type Values = Schema;

/** What people set for themselves on this machine, whatever the project. */
export interface Preferences {
  get(): Values;
  /** Takes effect at once; throws a sentence when it can't be kept for the next start. */
  change(part: { readonly [K in keyof Values]?: Values[K] | undefined }): Promise<Values>;
}

/** What was remembered before there was a choice of languages stays valid. */
const Remembered = Schema.extend({ language: Schema.shape.language.default('system') });

export async function createPreferences(home: string): Promise<Preferences> {
  const path = join(home, 'preferences.json');
  let values = await readRemembered(path, Remembered, defaults());
  let writing: Promise<void> = Promise.resolve();
  return {
    get: () => values,
    async change(part) {
      const given = Object.entries(part).filter(([, value]) => value !== undefined);
      values = Schema.parse({ ...values, ...Object.fromEntries(given) });
      const snapshot = values;
      // One after the other, so that the last change is what stays.
      writing = writing.catch(() => undefined).then(() => remember(path, snapshot));
      await writing;
      return values;
    },
  };
}

/** Who the app is on this machine, for hosts without its page; `home` is null where none is known. */
export const annotatorHere = async (home: string | null): Promise<string> =>
  home === null ? userName() : (await createPreferences(home)).get().annotator;

const defaults = (): Values => ({
  annotator: userName(),
  theme: 'system',
  language: 'system',
  zoom: 1,
  keys: {},
  goal: null,
});

/** The name of the account; some systems have none. */
function userName(): string {
  try {
    return userInfo().username.trim().slice(0, 200) || 'me';
  } catch {
    return 'me';
  }
}
