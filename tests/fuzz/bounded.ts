import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '../../backend/errors.ts';
import { lookAt, readDocuments, readJsonlRows } from '../../backend/importing/bounded.ts';
import { readerInput } from './readerInputs.ts';
import { wrongSentence } from './sentences.ts';
import { type FuzzTarget, type Outcome, oneByOne } from './target.ts';

/** Milliseconds. */
const STALLED = 5000;

/** The inputs of the readers' target over the way that the program goes: through a process that is ended by it. */
export function bounded(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
  const run = async (number: number): Promise<Outcome> => {
    const input = readerInput(number);
    const path = join(folder, `input${input.extension}`);
    writeFileSync(path, input.bytes);
    const bounds = { stalledMs: input.extension === '.parquet' ? STALLED : 60 * STALLED };
    let kind = 'read';
    let fault: string | undefined;
    const look = (sentence: string) => {
      fault ??= wrongSentence(sentence);
    };
    try {
      if (input.way === 'columns') (await lookAt(path, input.options, bounds)).columns?.roles();
      else {
        const rows =
          input.way === 'rows' ? readJsonlRows(path, bounds) : readDocuments(path, input.options, bounds);
        for await (const row of rows) if ('problem' in row) look(row.problem.reason);
      }
    } catch (error) {
      if (!(error instanceof BackendError)) fault = `a raw error: ${String(error)}`;
      else {
        kind = error.code;
        look(error.message);
        if (CONTAINED.has(kind)) {
          if (input.extension !== '.parquet') fault ??= `${kind}: ${error.message}`;
          kind = `contained: ${kind}`;
        }
      }
    }
    return { kind, fault, input: { name: `readers-${number}${input.extension}`, bytes: input.bytes } };
  };
  return oneByOne('bounded', run, async () => rmSync(folder, { recursive: true, force: true }));
}

/** A library for Parquet may fail, hang or fill memory over a damaged file: its process is ended and that is told. */
const CONTAINED: ReadonlySet<string> = new Set([
  ...['file_damaged', 'reading_stalled', 'reading_memory', 'reading_crashed'],
]);
