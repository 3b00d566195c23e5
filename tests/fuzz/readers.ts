import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { BackendError } from '../../backend/errors.ts';
import { exportFormats } from '../../backend/exporting/index.ts';
import { fileColumns, readDocuments, readJsonlRows } from '../../backend/importing/bounded.ts';
import { FORMATS, type ImportOptions } from '../../backend/importing/options.ts';
import { exampleSource } from '../backend/exporting/source.ts';
import { mutateBytes, mutateJsonLines, Random } from './mutate.ts';
import type { FuzzTarget, Outcome } from './target.ts';

/** Milliseconds. */
const SLOW = 5000;
/** What no sentence of ours has: names of errors, of engines' and libraries' messages. */
const RAW =
  /TypeError|RangeError|SyntaxError|ZodError|\bat \S+:\d+|Cannot (mix|read|convert)|BigInt|JSON\.parse|Unexpected (token|end)|is not (a function|iterable)|parquet (error|file|unsupported|missing)|\bundefined\b|invalid_type|\[object /;

interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A small file of every format that we write, by our own exporters. */
function seeds(): Seed[] {
  const source = exampleSource(['a good text', 'another, "quoted"\ntext', '=1+1'], ['price', 'b c', 'd']);
  const made = [...exportFormats.values()].map(({ name, extension, write }) => ({
    name: `${name}${extension}`,
    bytes: Buffer.concat([...write(source, { includeUnfinished: true })].map((part) => Buffer.from(part))),
  }));
  return [
    ...made,
    { name: 'plain.txt', bytes: Buffer.from('one line\nanother line\n\nlast') },
    {
      name: 'lists.tsv',
      bytes: Buffer.from('id\ttext\tlabels\n1\tgood text here\ta|b\n2\tbad text here\ta\n'),
    },
  ];
}

export function readers(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
  const all = seeds();
  return {
    name: 'readers',
    async run(number) {
      const random = new Random(number);
      const seed = random.pick(all);
      const structured = seed.name.endsWith('.jsonl') && random.integer(2) === 0;
      const bytes = structured
        ? mutateJsonLines(Buffer.from(seed.bytes).toString(), random)
        : mutateBytes(seed.bytes, random.pick(all).bytes, random);
      const path = join(folder, `input${extname(seed.name)}`);
      writeFileSync(path, bytes);
      const outcome = await judged(path, optionsBy(random), random.integer(10));
      return { ...outcome, input: { name: `readers-${number}${extname(seed.name)}`, bytes } };
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

const optionsBy = (random: Random): ImportOptions => ({
  ...(random.integer(4) === 0 && { format: random.pick(FORMATS) }),
  ...(random.integer(10) === 0 && {
    encoding: random.pick(['windows-1252', 'utf-16le', 'shift_jis', 'nonsense']),
  }),
  ...(random.integer(10) === 0 && { textColumn: random.pick(['text', '__proto__', 'id', 'nope']) }),
  ...(random.integer(20) === 0 && { labelsColumn: random.pick(['labels', 'toString']) }),
});

async function judged(path: string, options: ImportOptions, way: number): Promise<Outcome> {
  const started = performance.now();
  let kind = 'read';
  let fault: string | undefined;
  const look = (sentence: string) => {
    if (RAW.test(sentence)) fault ??= `a raw message: ${sentence.slice(0, 300)}`;
    if (sentence.length > 1000) fault ??= `a sentence of ${sentence.length} characters`;
  };
  const bounds = { stalledMs: SLOW };
  try {
    if (way === 0) (await fileColumns(path, options, bounds))?.find();
    else if (way === 1) {
      for await (const row of readJsonlRows(path, bounds)) if ('problem' in row) look(row.problem.reason);
    } else {
      for await (const item of readDocuments(path, options, bounds)) {
        if (item.kind === 'problem') look(item.problem.reason);
      }
    }
  } catch (error) {
    if (!(error instanceof BackendError)) return { kind: 'raw', fault: `a raw error: ${String(error)}` };
    kind = error.code;
    look(error.message);
    // A library for Parquet may fail, hang or fill memory over a damaged file: its process is ended and that is told.
    const parquet = path.endsWith('.parquet');
    const contained = ['file_damaged', 'reading_stalled', 'reading_memory'].includes(kind);
    if (contained && !parquet) fault ??= `${kind}: ${error.message}`;
    if (contained && parquet) return { kind: `contained: ${kind}`, fault };
  }
  if (performance.now() - started > SLOW) fault ??= 'it took more than 5 seconds';
  return { kind, fault };
}
