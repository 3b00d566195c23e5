import { z } from 'zod';
import type { Series } from '../../cli/plot.ts';
import { EngineError } from '../../engine/errors.ts';

const Step = z.object({
  step: z.number(),
  loss: z.number(),
  rows: z.number(),
  tokens: z.number(),
  seconds: z.number(),
  megabytes: z.number(),
});
const HeldOut = z.object({
  step: z.number(),
  heldOut: z.object({
    nli: z.number(),
    sets: z.record(z.string(), z.object({ averagePrecision: z.number() })),
  }),
});
const Entry = z.union([Step, HeldOut]);
export type LogEntry = z.infer<typeof Entry>;

/** Entries of a log.jsonl. Throws `log_invalid` naming the line. */
export function readTrainingLog(text: string, name: string): LogEntry[] {
  return text
    .split('\n')
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => parseEntry(line, `${name}, line ${number}`));
}

function parseEntry(line: string, place: string): LogEntry {
  try {
    return Entry.parse(JSON.parse(line));
  } catch (cause) {
    const hint = 'Give the log.jsonl of tools/train-nli.ts.';
    throw new EngineError('log_invalid', `${place} is no line of a training log.`, hint, cause);
  }
}

const isStep = (entry: LogEntry): entry is z.infer<typeof Step> => 'loss' in entry;

/** Sums over the steps; hours without loading, held-out checks and pauses; the greatest resident memory. */
export function trainingCost(entries: readonly LogEntry[]) {
  const steps = entries.filter(isStep);
  const sum = (key: 'rows' | 'tokens' | 'seconds') => steps.reduce((total, step) => total + step[key], 0);
  const seconds = sum('seconds');
  return {
    steps: steps.length,
    rows: sum('rows'),
    tokens: sum('tokens'),
    hours: seconds / 3600,
    rowsPerSecond: seconds === 0 ? 0 : sum('rows') / seconds,
    megabytes: steps.reduce((most, { megabytes }) => Math.max(most, megabytes), 0),
  };
}

/** The loss is plotted as the mean of so many parts of the run: single steps jump with their mixture. */
const PARTS = 40;

/** Mean loss over parts of the run, held-out NLI accuracy, and average precision of each held-out set. */
export function curvesOf(entries: readonly LogEntry[]): Series[] {
  const steps = entries.filter(isStep);
  const checks = entries.filter((entry): entry is z.infer<typeof HeldOut> => !isStep(entry));
  const size = Math.max(1, Math.ceil(steps.length / PARTS));
  const parts = Array.from({ length: Math.ceil(steps.length / size) }, (_, i) =>
    steps.slice(i * size, (i + 1) * size),
  );
  const loss = parts.map(
    (part) => [part.at(-1)!.step, part.reduce((sum, step) => sum + step.loss, 0) / part.length] as const,
  );
  const sets = [...new Set(checks.flatMap(({ heldOut }) => Object.keys(heldOut.sets)))];
  return [
    { name: 'loss', points: loss },
    ...(checks.length > 0
      ? [{ name: 'NLI accuracy', points: checks.map(({ step, heldOut }) => [step, heldOut.nli] as const) }]
      : []),
    ...sets.map((set) => ({
      name: `AP ${set.replace(/^text\//, '')}`,
      points: checks.flatMap(({ step, heldOut }) => {
        const scores = heldOut.sets[set];
        return scores ? [[step, scores.averagePrecision] as const] : [];
      }),
    })),
  ];
}
