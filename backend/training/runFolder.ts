import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Example, entailHome, type HeldOut, type TuningText } from '../../engine/index.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { projectDigest } from '../project/mark.ts';

/** What a run learns from, kept beside its checkpoints: a resumed run must see the same data, whatever changed since. */
export interface Snapshot {
  readonly examples: readonly Example[];
  readonly tuning: readonly TuningText[];
  readonly heldOut: HeldOut | null;
  readonly documents: number;
  readonly labelIds: readonly number[];
  readonly hypotheses: readonly (readonly string[])[];
  /** The run that suggested when it began, 0: none; null: an older version began it. */
  readonly suggestedBefore: number | null;
}

const Bits = z.string().regex(/^[01]*$/);
const Stored = z.strictObject({
  texts: z.array(z.string()),
  sentences: z.array(z.string()),
  /** [text, sentence, 1 for entailment]. */
  examples: z.array(z.tuple([z.int(), z.int(), z.int()])),
  /** [text, labels that it has, labels that it has not]; a run that an older version began tunes nothing. */
  tuning: z.array(z.tuple([z.int(), z.array(z.int()), z.array(z.int())])).default([]),
  documents: z.int(),
  labelIds: z.array(z.int()),
  hypotheses: z.array(z.array(z.string())),
  suggestedBefore: z.int().nullable().default(null),
  heldOut: z
    .strictObject({
      texts: z.array(z.string()),
      labelNames: z.array(z.string()),
      gold: z.array(Bits),
      decided: z.array(Bits),
    })
    .nullable(),
});

const FILE = 'snapshot.json';

/**
 * Where checkpoints of a run lie: on this machine, not in the project. A copy of a project has its mark, and goes on to
 * number its runs: when a run was begun tells it from the copy's.
 */
export function runFolder(project: Project, run: number): string {
  if (!Number.isSafeInteger(run) || run < 1) throw new RangeError('A run has a whole number from 1 on.');
  const begun = createHash('sha256').update(project.stores.runs.get(run)?.startedAt ?? '');
  const name = `${run}-${begun.digest('hex').slice(0, 16)}`;
  return join(entailHome(), 'checkpoints', projectDigest(project), name);
}

export function saveSnapshot(dir: string, snapshot: Snapshot): void {
  const texts = new Map<string, number>();
  const sentences = new Map<string, number>();
  const indexOf = (map: Map<string, number>, text: string) => {
    const index = map.get(text) ?? map.size;
    map.set(text, index);
    return index;
  };
  const examples = snapshot.examples.map((e) => [
    indexOf(texts, e.premise),
    indexOf(sentences, e.hypothesis),
    e.target === 'entailment' ? 1 : 0,
  ]);
  const tuning = snapshot.tuning.map(({ text, yes, no }) => [indexOf(texts, text), yes, no]);
  const { documents, labelIds, hypotheses, suggestedBefore } = snapshot;
  const heldOut = snapshot.heldOut && {
    texts: snapshot.heldOut.texts,
    labelNames: snapshot.heldOut.labelNames,
    gold: snapshot.heldOut.gold.map((row) => row.join('')),
    decided: snapshot.heldOut.decided.map((row) => row.join('')),
  };
  const stored = {
    texts: [...texts.keys()],
    sentences: [...sentences.keys()],
    examples,
    tuning,
    documents,
    labelIds,
    hypotheses,
    suggestedBefore,
    heldOut,
  };
  mkdirSync(dir, { recursive: true });
  const temporary = temporaryBeside(join(dir, FILE));
  const descriptor = openSync(temporary, 'w');
  try {
    writeFileSync(descriptor, JSON.stringify(stored));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, join(dir, FILE));
}

/** Throws `run_not_resumable` when the folder is gone or damaged. */
export function loadSnapshot(dir: string, run: number): Snapshot {
  const path = join(dir, FILE);
  let stored: z.infer<typeof Stored>;
  try {
    stored = Stored.parse(JSON.parse(existsSync(path) ? readFileSync(path, 'utf8') : 'null'));
  } catch (error) {
    throw new BackendError(
      'run_not_resumable',
      `Run ${run} can't be resumed: its checkpoints are not on this machine.`,
      'Train again.',
      error,
    );
  }
  const bits = (rows: string[]) => rows.map((row) => Uint8Array.from(row, Number));
  const { heldOut, documents, labelIds, hypotheses, suggestedBefore } = stored;
  return {
    documents,
    suggestedBefore,
    labelIds,
    hypotheses,
    tuning: stored.tuning.map(([text, yes, no]) => ({ text: stored.texts[text]!, yes, no })),
    examples: stored.examples.map(([text, sentence, yes]) => ({
      premise: stored.texts[text]!,
      hypothesis: stored.sentences[sentence]!,
      target: yes === 1 ? 'entailment' : 'contradiction',
    })),
    heldOut: heldOut && { ...heldOut, hypotheses, gold: bits(heldOut.gold), decided: bits(heldOut.decided) },
  };
}

export const dropRunFolder = (dir: string): void => rmSync(dir, { recursive: true, force: true });
