import type { ImportFormat } from '../../../contract/index.ts';
import { api } from '../api.ts';

let asked: Promise<readonly ImportFormat[]> | undefined;

/** The formats that can be imported, asked for once. */
export function importFormats(): Promise<readonly ImportFormat[]> {
  asked ??= api.imports.formats().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}
