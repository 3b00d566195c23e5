import { extname } from 'node:path';
import { exportFormats } from '../../backend/exporting/index.ts';
import { importFormats } from '../../backend/importing/formats/all.ts';
import type { ImportOptions } from '../../backend/importing/options.ts';
import { exampleSource } from '../backend/exporting/source.ts';
import { mutateBytes, mutateJsonLines, Random } from './mutate.ts';

interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file for a reader, and how it is asked to read it. */
export interface ReaderInput {
  readonly extension: string;
  readonly bytes: Uint8Array;
  readonly options: ImportOptions;
  readonly way: 'columns' | 'rows' | 'documents';
}

/** A small file of every format that we write, by our own exporters, and two of others. */
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

let all: readonly Seed[] | undefined;

/** The input that belongs to a number. */
export function readerInput(number: number): ReaderInput {
  all ??= seeds();
  const random = new Random(number);
  const seed = random.pick(all);
  const structured = seed.name.endsWith('.jsonl') && random.integer(2) === 0;
  const bytes = structured
    ? mutateJsonLines(Buffer.from(seed.bytes).toString(), random)
    : mutateBytes(seed.bytes, random.pick(all).bytes, random);
  const options = optionsBy(random);
  const way = random.integer(10);
  return {
    extension: extname(seed.name),
    bytes,
    options,
    way: way === 0 ? 'columns' : way === 1 ? 'rows' : 'documents',
  };
}

const optionsBy = (random: Random): ImportOptions => ({
  ...(random.integer(4) === 0 && { format: random.pick([...importFormats.keys()]) }),
  ...(random.integer(10) === 0 && {
    encoding: random.pick(['windows-1252', 'utf-16le', 'shift_jis', 'nonsense']),
  }),
  ...(random.integer(10) === 0 && { textColumn: random.pick(['text', '__proto__', 'id', 'nope']) }),
  ...(random.integer(20) === 0 && { labelsColumn: random.pick(['labels', 'toString']) }),
});
