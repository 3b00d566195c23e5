import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm, truncate } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { BackendError } from '../errors.ts';
import { describeWriting } from '../files/atomic.ts';
import { COLUMN_ROLES, type DocumentRecord } from '../records.ts';

/** A document of a file with what a model says of it, in the order of the labels. */
export interface Prediction {
  readonly document: Pick<DocumentRecord, 'externalId' | 'text' | 'meta' | 'row'>;
  readonly probabilities: readonly number[];
  /** The passages that decided; null: the text was read whole. */
  readonly passages: readonly (string | null)[];
}

/**
 * What was predicted so far, beside the file that it will become: a line of JSON for what it belongs to (`key`), then one
 * per document. Whoever was ended goes on after the last whole line.
 */
export interface PredictionJournal {
  /** Predictions that were there when it was opened, for the same key. */
  readonly begun: number;
  /** Whether it has no prediction. */
  readonly empty: boolean;
  /** On the disk when it returns. Throws `not_finite` for what is no probability, which JSON has no word for. */
  add(predictions: readonly Prediction[]): Promise<void>;
  /** From the first on. Throws `predictions_mixed` where another program wrote into it. */
  all(): AsyncGenerator<Prediction>;
  close(): Promise<void>;
  /** Closes and removes it. */
  remove(): Promise<void>;
}

const Head = z.object({ entail: z.literal('predictions'), key: z.string() });
const Meta = z.union([z.string(), z.number(), z.boolean()]);
const Line = z.object({
  n: z.int(),
  id: z.string().nullable(),
  text: z.string(),
  meta: z.array(z.tuple([z.string(), Meta])),
  columns: z.array(z.object({ name: z.string(), role: z.enum(COLUMN_ROLES) })).nullable(),
  kept: z.array(z.tuple([z.string(), z.string()])),
  p: z.array(z.number()),
  passages: z.array(z.string().nullable()),
});

export const journalOf = (out: string): string => `${out}.entail-part`;

/** SHA-256 of what predictions follow from; other values, another key. */
export const predictionKey = (basis: unknown): string =>
  createHash('sha256').update(JSON.stringify(basis)).digest('hex');

export async function openJournal(out: string, key: string): Promise<PredictionJournal> {
  const path = journalOf(out);
  const { begun, bytes } = await wholeLines(path, key);
  const file = await open(path, bytes === 0 ? 'w' : 'a', 0o600).catch((error: unknown) => {
    throw describeWriting(error, out);
  });
  let next = begun;
  try {
    if (bytes === 0) await append(file, `${JSON.stringify({ entail: 'predictions', key })}\n`, out);
    else await truncate(path, bytes);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    begun,
    get empty() {
      return next === 0;
    },
    async add(predictions) {
      for (const prediction of predictions) requireNumbers(prediction);
      const lines = predictions.map((prediction) => lineOf(prediction, next++));
      await append(file, lines.join(''), out);
    },
    async *all() {
      let n = -1;
      for await (const line of linesIn(path)) {
        if (n >= 0) {
          const found = parsed(line);
          if (found?.n !== n) throw mixed(out);
          yield found.prediction;
        }
        n += 1;
      }
      if (n !== next) throw mixed(out);
    },
    close: () => file.close(),
    async remove() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

async function append(file: FileHandle, text: string, out: string): Promise<void> {
  try {
    await file.appendFile(text);
    await file.datasync();
  } catch (error) {
    throw describeWriting(error, out);
  }
}

/** How many predictions for the key are whole, and where they end; 0 bytes: there are none. */
async function wholeLines(path: string, key: string): Promise<{ begun: number; bytes: number }> {
  let n = -1;
  let bytes = 0;
  try {
    for await (const line of linesIn(path)) {
      const good = n < 0 ? isHead(line, key) : parsed(line)?.n === n;
      if (!good) break;
      n += 1;
      bytes += Buffer.byteLength(line) + 1;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { begun: Math.max(0, n), bytes };
}

/** JSON has no line ends of its own: each line is a record. */
const linesIn = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });

function isHead(line: string, key: string): boolean {
  const head = Head.safeParse(json(line));
  return head.success && head.data.key === key;
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

// JSON leaves these as they are, and readers of lines take them for ends.
const LINE_ENDS = /[\u2028\u2029\x85]/g;

function lineOf({ document, probabilities, passages }: Prediction, n: number): string {
  const { externalId: id, text, meta, row } = document;
  const own = {
    ...{ n, id, text, meta: [...meta], columns: row?.columns ?? null, kept: [...(row?.kept ?? [])] },
    ...{ p: probabilities, passages },
  };
  const spelt = JSON.stringify(own).replace(
    LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${spelt}\n`;
}

function parsed(line: string): { n: number; prediction: Prediction } | undefined {
  const found = Line.safeParse(json(line));
  if (!found.success) return undefined;
  const { n, id, text, meta, columns, kept, p, passages } = found.data;
  const row = columns === null ? undefined : { columns, kept: new Map(kept) };
  const document = { externalId: id, text, meta: new Map(meta), row };
  return { n, prediction: { document, probabilities: p, passages } };
}

/** Of what was computed: read again as null, it would be taken for what another program wrote. */
function requireNumbers({ document, probabilities }: Prediction): void {
  const wrong = probabilities.find((probability) => !Number.isFinite(probability));
  if (wrong === undefined) return;
  throw new BackendError(
    'not_finite',
    `The model answers ${wrong} for "${document.text.slice(0, 60)}": it has no probability.`,
    'Its weights, or those of what decisions taught, are damaged or too large: choose another model, or export it again.',
  );
}

const mixed = (out: string) =>
  new BackendError(
    'predictions_mixed',
    `Something else wrote into "${journalOf(out)}" meanwhile.`,
    'Remove that file, and predict again.',
  );
