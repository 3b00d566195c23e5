import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** Reads a file by a name put behind a folder's, in one go: links in that folder are followed wherever they lead. */
const READS_BEHIND =
  /\b(?:readFile|readFileSync|readJson|createReadStream|open|openSync)\(\s*join\(([^,]+),/g;

/** Where that folder is one that this program made and nobody else writes, by file. */
const OURS: Readonly<Record<string, string>> = {
  'backend/exporting/procedures.ts': 'what was exported a moment ago',
  'backend/machine/version.ts': 'the program itself',
  'backend/project/store/migrations.ts': 'the steps that ship with the program',
  'engine/export/jobFiles.ts': 'the jobs that ship with the program; the names are fixed',
  'engine/export/verify.ts': 'what was exported a moment ago',
  'engine/hub/cache.ts': 'the folder of downloads',
  'engine/train/checkpoint.ts': 'the folder of checkpoints; the names are fixed',
  'engine/train/epochScores.ts': 'the folder of checkpoints; the names are fixed',
  'engine/train/frozenPrefix.ts': 'a folder made for this run',
};

test('of folders that others made, files are read by their real path within it (insideModel)', () => {
  const files = ['backend', 'engine', 'web', 'electron', 'cli', 'process'].flatMap((folder) =>
    globSync(`${folder}/**/*.ts`, { cwd: ROOT }),
  );
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(READS_BEHIND)].map(([text]) => `${file}: ${text}`),
  );
  const reading = found.map((line) => line.split(':')[0]!.replaceAll('\\', '/'));
  expect(found.filter((_, i) => OURS[reading[i]!] === undefined)).toEqual([]);
  expect(Object.keys(OURS).filter((file) => !reading.includes(file))).toEqual([]);
});
