import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A folder that is removed after the last test of the file, when all that a test opened in it is closed. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'entail-test-'));
  made.push(dir);
  return dir;
}

export function removeTemporaryFolders(): void {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
}
