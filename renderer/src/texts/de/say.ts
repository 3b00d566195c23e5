import type { Params } from '../en/failures.ts';

/** A sentence with names in it; where one is missing, there is none. */
export const named =
  (name: string, say: (value: string) => string) =>
  (params: Params): string | null => {
    const value = params[name];
    return value === undefined ? null : say(String(value));
  };

export const always = (sentence: string) => (): string => sentence;

/** A sentence that names the file, in quotation marks. */
export const ofFile = (say: (file: string) => string) => named('name', (name) => say(`„${name}“`));

/** As `ofFile`; `otherwise` where the file is not named. */
export const ofFileOr =
  (say: (file: string) => string, otherwise: string) =>
  ({ name }: Params): string =>
    name === undefined ? otherwise : say(`„${name}“`);
