import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { EngineError } from '../../engine/errors.ts';

const NliRow = z.object({
  premise: z.string(),
  hypothesis: z.string(),
  label: z.enum(['entailment', 'neutral', 'contradiction', 'not_entailment']),
});
const TextRow = z.object({ text: z.string(), labels: z.array(z.string()) });
const Labels = z
  .array(z.object({ name: z.string(), description: z.string(), hypothesis: z.string() }))
  .min(1);

export type NliRow = z.infer<typeof NliRow>;
export type Label = z.infer<typeof Labels>[number];

/** A text with the indices of its labels. */
export interface LabelledText {
  readonly text: string;
  readonly labels: readonly number[];
}

export interface TextSet {
  readonly name: string;
  readonly labels: readonly Label[];
  readonly texts: readonly LabelledText[];
}

/** No pair reads more of a text than this many characters; the rest is dropped on reading. */
const LONGEST = 4000;

/** Rows of a gzipped JSONL file, one at a time. Throws `data_invalid` naming file and line. */
export async function* readJsonLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    yield parseLine(line, schema, `${path}, line ${number}`);
  }
}

/** Lines end at a line feed only: node:readline also ends them at U+2028, which JSON allows inside a string. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  const text = input.pipe(createGunzip()).setEncoding('utf8');
  input.once('error', (cause) => text.destroy(cause));
  let rest = '';
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (cause) {
    const hint = 'Set ENTAIL_DATA to the folder of the data.';
    throw new EngineError('data_invalid', `${path} cannot be read as gzipped text.`, hint, cause);
  }
  if (rest !== '') yield rest;
}

function parseLine<T>(line: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw new EngineError('data_invalid', `${where} is not a row of the expected form.`, undefined, cause);
  }
}

/** An NLI file: premise, hypothesis, label. */
export async function readNliFile(path: string): Promise<NliRow[]> {
  const rows: NliRow[] = [];
  for await (const row of readJsonLines(path, NliRow))
    rows.push({ ...row, premise: row.premise.slice(0, LONGEST) });
  return rows;
}

/** A text set: its labels.json, and the texts of one part. */
export async function readTextSet(dir: string, set: string, part: 'train' | 'test'): Promise<TextSet> {
  const labels = Labels.parse(JSON.parse(readFileSync(join(dir, set, 'labels.json'), 'utf8')));
  const indexOf = new Map(labels.map(({ name }, index) => [name, index]));
  const texts: LabelledText[] = [];
  for await (const row of readJsonLines(join(dir, set, `${part}.jsonl.gz`), TextRow)) {
    const indices = row.labels.map((name) => indexOf.get(name));
    if (indices.includes(undefined))
      throw new EngineError('data_invalid', `${set} has a label that is not in its labels.json.`);
    texts.push({ text: row.text.slice(0, LONGEST), labels: indices as number[] });
  }
  return { name: set, labels, texts };
}
