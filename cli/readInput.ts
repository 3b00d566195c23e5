import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { hypothesisFor } from '../engine/index.ts';
import { CliError } from './errors.ts';

const TEMPLATE = 'This text is about {}.';
const LabelName = z.string().trim().min(1).max(200);
const Labels = z
  .array(
    z.union([
      LabelName,
      z.strictObject({
        name: LabelName,
        description: z.string().optional(),
        hypothesis: z.string().min(1).max(2000).optional(),
      }),
    ]),
  )
  .min(1)
  .max(1000);
const Row = z.looseObject({ id: z.string().optional(), text: z.string() });

export interface Label {
  readonly name: string;
  readonly hypothesis: string;
}

export interface InputRow {
  readonly id: string;
  readonly text: string;
}

/** Reads labels.json: names, or objects with name, description and hypothesis. Throws CliError naming the file. */
export function readLabels(path: string): Label[] {
  requireFile(path);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new CliError(`"${path}" is not valid JSON.`, 'Write the labels as ["name", …].');
  }
  const parsed = Labels.safeParse(json);
  if (!parsed.success) {
    throw new CliError(
      `"${path}" is no list of labels: ${parsed.error.issues[0]!.message}.`,
      'Write the labels as ["name", …].',
    );
  }
  const labels = parsed.data.map((entry) => {
    const label = typeof entry === 'string' ? { name: entry } : entry;
    return {
      name: label.name,
      hypothesis: ('hypothesis' in label && label.hypothesis) || hypothesisFor(TEMPLATE, label.name),
    };
  });
  const twice = labels.find(({ name }, i) => labels.findIndex((other) => other.name === name) < i);
  if (twice) throw new CliError(`"${path}" names the label "${twice.name}" twice.`);
  return labels;
}

/** Reads JSONL rows {"id"?, "text"}, line by line. Throws CliError naming file and line. */
export async function readRows(path: string): Promise<InputRow[]> {
  requireFile(path);
  const rows: InputRow[] = [];
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() !== '') rows.push(readRow(text.replace(/^\uFEFF/, ''), { path, line }));
  }
  if (rows.length === 0) throw new CliError(`"${path}" is empty.`);
  return rows;
}

function readRow(text: string, at: { path: string; line: number }): InputRow {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CliError(
      `Line ${at.line} of "${at.path}" is not valid JSON.`,
      'Each line must be {"id": "…", "text": "…"}.',
    );
  }
  const parsed = Row.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new CliError(
      `Line ${at.line} of "${at.path}" has no usable ${path.join('.') || 'record'}: ${message}.`,
    );
  }
  return { id: parsed.data.id ?? String(at.line), text: parsed.data.text };
}

function requireFile(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new CliError(`There is no file "${path}".`);
  if (!stat.isFile()) throw new CliError(`"${path}" is not a regular file.`);
}
