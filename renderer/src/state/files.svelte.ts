import type { SourceFile } from '../../../contract/index.ts';
import { api } from '../api.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Files that were dropped or chosen and wait for the import screen. */
export const files = $state<{ waiting: readonly File[] }>({ waiting: [] });

export function takeWaiting(): readonly File[] {
  const { waiting } = files;
  files.waiting = [];
  return waiting;
}

interface HandOver {
  readonly signal: AbortSignal;
  /** done: bytes of all files so far. */
  readonly onProgress: (done: number) => void;
}

/** Hands files over to the backend part by part. What had come of a cancelled one is discarded. */
export async function handOver(
  all: readonly File[],
  { signal, onProgress }: HandOver,
): Promise<SourceFile[]> {
  const given: SourceFile[] = [];
  let before = 0;
  try {
    for (const file of all) {
      const source = await api.imports.begin({ name: file.name, bytes: file.size }, { signal });
      given.push(source);
      for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
        const chunk = new File([file.slice(offset, offset + CHUNK_BYTES)], 'chunk');
        await api.imports.append({ token: source.token, offset, chunk }, { signal });
        onProgress(before + Math.min(file.size, offset + CHUNK_BYTES));
      }
      before += file.size;
    }
    return given;
  } catch (error) {
    const tokens = given.map(({ token }) => token);
    // The failure that is being told matters more than one of tidying up.
    if (tokens.length > 0) await api.imports.discard({ tokens }).catch(() => undefined);
    throw error;
  }
}
