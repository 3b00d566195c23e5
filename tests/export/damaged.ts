import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Interaction,
  interactionDigest,
  readInteraction,
  writeInteraction,
} from '../../engine/model/interactionFile.ts';
import type { FusionWeights } from '../../engine/zeroshot/fusion.ts';

const run = promisify(execFile);

/** Files that are damaged one by one: with what decisions taught, and of the model alone. */
const LEARNT = 'learnt/learnt.json';
const WITH_LEARNT = [
  ...['onnx/model.onnx', 'embedding/onnx/model.onnx', 'tokenizer.json', 'embedding/tokenizer.json'],
  ...['scoring.json', LEARNT, 'learnt/base.safetensors', 'learnt/embeddings.safetensors'],
  'embedding/interaction.safetensors',
];
const ALONE = [
  ...['onnx/model.onnx', 'tokenizer.json', 'scoring.json', 'labels.json', 'entail.json', 'priors.json'],
];

type Change = readonly [how: string, change: (path: string) => void, when?: RegExp];

const CHANGES: readonly Change[] = [
  ['cut off', (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
  ['empty', (path) => truncateSync(path, 0)],
  ['of zeros', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length))],
  ['a list', (path) => writeFileSync(path, '[1]'), /\.json$/],
  ['an object of nothing', (path) => writeFileSync(path, '{}'), /\.json$/],
  ['away', rmSync, /^(?!entail|priors)/],
  [
    'of a smaller encoder',
    otherInteraction(({ projection, gate, hidden, size }) => ({
      ...{ projection: projection.slice(size), gate: gate.slice(1), hidden: hidden - 1, size },
    })),
    /interaction/,
  ],
  ['with NaN', otherInteraction((own) => ({ ...own, gate: own.gate.fill(Number.NaN) })), /interaction/],
  [
    'of no size',
    otherInteraction((own) => ({ ...own, projection: new Float32Array(), size: 0 })),
    /interaction/,
  ],
];

/** Another file, of which the folder says that it is its own. */
function otherInteraction(change: (own: Interaction) => Omit<Interaction, 'digest'>) {
  return (path: string) => {
    const own = readInteraction(dirname(path));
    if (own === null) throw new Error(`${path} is missing.`);
    const bytes = writeInteraction(change(own));
    writeFileSync(path, bytes);
    const constants = join(dirname(path), '..', LEARNT);
    const { files: _, ...said } = JSON.parse(readFileSync(constants, 'utf8')) as {
      files?: unknown;
      combination: FusionWeights | null;
    };
    const interaction = said.combination?.interaction;
    if (!interaction) return;
    const combination = {
      ...said.combination,
      interaction: { ...interaction, digest: interactionDigest(bytes) },
    };
    writeFileSync(constants, JSON.stringify({ ...said, combination }));
  };
}

/** What someone, or a tool, may have written into it; each would give other probabilities, or none. */
const WRONG: readonly (readonly [what: string, change: (text: string) => string])[] = [
  ['with NaN', (text) => text.replace(/"constant":[^,]*/, '"constant":NaN')],
  ['with more than any number', (text) => text.replace(/"constant":[^,]*/, '"constant":1e999')],
  ['with more than any weight', (text) => text.replace(/"constant":[^,]*/, '"constant":1e300')],
  ['with a text', (text) => text.replace(/"constant":([^,]*)/, '"constant":"$1"')],
  ['with a threshold of 7', (text) => text.replace(/"threshold":[^,]*/, '"threshold":7')],
  ['with a short rest', (text) => text.replace('"cosine":', '"rest":[1],"cosine":')],
  [
    'without a combination',
    (text) => text.replace(/"combination":\{.*?\}(?=,"priors")/, '"combination":null'),
  ],
  ['with two labels of one name', (text) => text.replace('"name":"price"', '"name":"shipping"')],
  [
    'of another encoder',
    (text) => text.replace(/"version":(\d)/, (_, own) => `"version":${own === '1' ? 2 : 1}`),
  ],
];

const WRITTEN = WRONG.map(
  ([how, wrong]): Change => [
    how,
    (path) => {
      const text = readFileSync(path, 'utf8');
      const other = wrong(text);
      if (other === text) throw new Error(`${path} has nothing that would be damaged ${how}.`);
      writeFileSync(path, other);
    },
  ],
);

interface Damaged {
  readonly dir: string;
  readonly file: string;
  readonly what: string;
  readonly learnt: boolean;
}

/**
 * How jobs of an exported folder end whose files are damaged, one in each copy; null: they go on. Also of copies as folders of
 * versions before are, which don't say by which digests their files can be told.
 */
export async function endingsOfDamaged(
  python: string,
  dir: string,
  work: string,
): Promise<readonly (Damaged & { readonly said: string | null })[]> {
  const copies: Damaged[] = [];
  for (const [learnt, digests] of [[true, true] as const, [true, false] as const, [false, true] as const]) {
    for (const file of learnt ? WITH_LEARNT : ALONE) {
      if (!existsSync(join(dir, file))) continue;
      for (const [how, change, when] of file === LEARNT ? [...CHANGES, ...WRITTEN] : CHANGES) {
        if (when && !when.test(file)) continue;
        const copy = join(work, `damaged ${copies.length}`);
        cpSync(dir, copy, { recursive: true });
        if (!digests) withoutDigests(copy);
        change(join(copy, file));
        copies.push({ dir: copy, file, what: `${file} ${how}`, learnt });
      }
    }
  }
  try {
    return await endings(python, join(dir, 'jobs'), copies);
  } finally {
    for (const copy of copies) rmSync(copy.dir, { recursive: true });
  }
}

function withoutDigests(dir: string): void {
  const path = join(dir, 'learnt', 'learnt.json');
  const { files: _, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as { files?: unknown };
  writeFileSync(path, JSON.stringify(rest));
}

async function endings(python: string, jobs: string, copies: readonly Damaged[]) {
  const code = `import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import entail_scoring as entail

def ending(folder, learnt):
    try:
        entail.Scorer(folder, learnt=learnt).score(["late"])
    except Exception as error:
        try:
            entail.stop_if_ours(error)
        except SystemExit as end:
            return str(end)
        return repr(error)

print(json.dumps([ending(**one) for one in json.load(sys.stdin)]))`;
  const started = run(python, ['-c', code, jobs]);
  started.child.stdin?.end(JSON.stringify(copies.map(({ dir, learnt }) => ({ folder: dir, learnt }))));
  const said = JSON.parse((await started).stdout) as (string | null)[];
  return copies.map((copy, i) => ({ ...copy, said: said[i] ?? null }));
}

/** Whether it is a sentence that names the file and says what to do. */
export function isSentence({ dir, file }: Damaged, said: string | null): boolean {
  const starts = [`"${join(dir, file)}" `, `"${dir}" has no ${file}: `, `${file} is missing: `];
  return (
    starts.some((start) => said?.startsWith(`error: ${start}`)) &&
    /^[^\n]+ (again|with all its files)\.$/.test(said ?? '')
  );
}
