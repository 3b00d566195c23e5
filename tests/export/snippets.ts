import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');
const run = promisify(execFile);

/** Probabilities by label, [texts][labels], of what the card in an exported folder shows. */
export type SnippetScores = number[][];

/** The code of the card up to where it prints its example. */
function snippetOf(dir: string, language: 'python' | 'js', end: string): string {
  const card = readFileSync(join(dir, 'README.md'), 'utf8');
  const blocks = card
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((block) => block.split('\n```')[0] ?? '');
  const code = blocks.find((block) => block.includes(`\n${end}`)) ?? '';
  const at = code.lastIndexOf(`\n${end}`);
  if (at < 0) throw new Error(`The card's ${language} has no example at its end.`);
  return code.slice(0, at);
}

/** Runs the card's JavaScript in the folder, as people would; `dtype` names the file. */
export async function javascriptScores(
  dir: string,
  texts: readonly string[],
  dtype = 'fp32',
): Promise<SnippetScores> {
  const code = snippetOf(dir, 'js', 'for (const label of labels)').replace(
    "dtype: 'fp32'",
    `dtype: '${dtype}'`,
  );
  writeFileSync(join(dir, 'texts.json'), JSON.stringify(texts));
  writeFileSync(
    join(dir, 'snippet.mjs'),
    `${code}
const rows = [];
for (const text of read('texts.json')) {
  const row = [];
  for (const label of labels) row.push(await score(text, label));
  rows.push(row);
}
console.log(JSON.stringify(rows));
`,
  );
  symlinkOnce(MODULES, join(dir, 'node_modules'));
  const { stdout } = await run(process.execPath, ['snippet.mjs'], { cwd: dir, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as SnippetScores;
}

/** The same of the card's Python; `changed`: what another library needs to be changed of it. */
export async function pythonScores(
  python: string,
  dir: string,
  texts: readonly string[],
  changed = (code: string) => code,
): Promise<SnippetScores> {
  writeFileSync(join(dir, 'texts.json'), JSON.stringify(texts));
  writeFileSync(
    join(dir, 'snippet.py'),
    `${changed(snippetOf(dir, 'python', 'for label in labels:'))}
print(json.dumps([[score(text, label) for label in labels] for text in json.load(open("texts.json"))]))
`,
  );
  const { stdout } = await run(python, ['snippet.py'], {
    cwd: dir,
    maxBuffer: 2 ** 26,
    // Threads of very small models wait for one another longer than they compute.
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as SnippetScores;
}

function symlinkOnce(target: string, path: string): void {
  try {
    symlinkSync(target, path, 'junction');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
