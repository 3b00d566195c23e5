import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

export const ROOT = join(import.meta.dirname, '..');
export const EMBEDDED_MODEL = join(ROOT, 'resources/models/entail-minilm-l6');

/** Data sets whose texts are used where ENTAIL_DATA has them: short sentences, tweets, short messages. */
export const SETS = ['restaurant_aspects', 'vaccine_concerns', 'github_issues'];

const Row = z.object({ text: z.string() });

/** The texts of `data/SET/test.jsonl.gz`, one set after the other; without data those of the sample project. */
export function realTexts(data: string | undefined = process.env.ENTAIL_DATA): string[] {
  const files = SETS.map((set) => join(data ?? '', set, 'test.jsonl.gz')).filter((path) => existsSync(path));
  const lines =
    data && files.length > 0
      ? files.flatMap((path) => gunzipSync(readFileSync(path)).toString('utf8').split('\n'))
      : readFileSync(join(ROOT, 'resources/sample/train.jsonl'), 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => Row.parse(JSON.parse(line)).text);
}
