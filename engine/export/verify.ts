import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { createScorer } from '../inference/score.ts';
import { loadNliModel, type NliModel } from '../model/nliModel.ts';
import { flattenHypotheses, meanPerLabel } from '../zeroshot/ensemble.ts';
import { verdictElsewhere } from './freshProcess.ts';
import { folderSuggestions } from './learnt/checking.ts';
import { LEARNT_PROBE } from './learnt/writing.ts';

/** How far a loader's scores may be from the probe's. */
const TOLERANCE = 1e-3;
/** The smaller files: the mean and the largest difference, and the share of texts with the same highest label. */
const INT8 = { meanDifference: 0.05, largestDifference: 0.15, sameTop: 0.9 } as const;

const Labels = z.array(
  z.object({ name: z.string(), hypotheses: z.array(z.string()).min(1), threshold: z.number() }),
);
const ProbeFile = z.object({
  texts: z.array(z.string()),
  labels: z.array(z.string()),
  scores: z.array(z.array(z.number())),
});

/**
 * Loads an exported folder as anyone would, runs its model files as they are, and compares the scores with the probe's. Throws `export_differs`, naming
 * the text and the label that are farthest off.
 */
export async function verifyExport(dir: string): Promise<void> {
  const labels = Labels.parse(JSON.parse(readFileSync(join(dir, 'labels.json'), 'utf8')));
  const probe = ProbeFile.parse(JSON.parse(readFileSync(join(dir, 'probe.json'), 'utf8')));
  const names = labels.map(({ name }) => name);
  if (JSON.stringify(names) !== JSON.stringify(probe.labels)) {
    throw differs('its labels.json and probe.json name different labels');
  }
  const model = await loadNliModel(dir);
  const scoresWith = (file: string) =>
    probeScores(model, new Uint8Array(readFileSync(join(dir, file))), labels, probe.texts);
  compareExactly(await scoresWith('onnx/model.onnx'), probe.scores, names);
  for (const { file, what } of SMALLER) {
    if (!existsSync(join(dir, file))) continue;
    const fault = roughlyAlike(await scoresWith(file), probe.scores);
    if (fault !== null) throw differs(`the ${what} file ${fault}`);
  }
  if (existsSync(join(dir, LEARNT_PROBE))) await verifyLearnt(model, dir);
}

/** Weights are rounded once more than in the app, by a unit in the last place: the probabilities are bound as the model's own. */
async function verifyLearnt(model: NliModel, dir: string): Promise<void> {
  const probe = ProbeFile.parse(JSON.parse(readFileSync(join(dir, LEARNT_PROBE), 'utf8')));
  const found = await folderSuggestions(model, dir, probe.texts);
  if (found === null || JSON.stringify(found.names) !== JSON.stringify(probe.labels)) {
    throw differs('its learnt/learnt.json and learnt/probe.json name different labels');
  }
  compareExactly(found.scores, probe.scores, found.names);
}

/** Files that need not give the same scores, only near ones; those that would not are not written. */
const SMALLER = [
  { file: 'onnx/model_fp16.onnx', what: 'float16' },
  { file: 'onnx/model_quantized.onnx', what: '8-bit' },
  { file: 'onnx/model_q4.onnx', what: '4-bit' },
] as const;

/** Scores of the labels by a model's file as it is: nothing that Entail makes of a graph takes part. */
export async function probeScores(
  model: NliModel,
  file: Uint8Array,
  labels: readonly { readonly hypotheses: readonly string[] }[],
  texts: readonly string[],
): Promise<Float32Array[]> {
  const { sentences, labelOf } = flattenHypotheses(labels.map(({ hypotheses }) => hypotheses));
  const scorer = await createScorer(model, { weights: file });
  try {
    const rows = await scorer.score({ texts, hypotheses: sentences });
    return rows.map(({ probabilities }) => meanPerLabel(probabilities, labelOf, labels.length));
  } finally {
    await scorer.release();
  }
}

function compareExactly(
  scores: readonly Float32Array[],
  expected: readonly (readonly number[])[],
  names: readonly string[],
): void {
  if (scores.length !== expected.length) throw differs('a probe has other texts than scores');
  let worst = { difference: 0, text: 0, label: 0 };
  scores.forEach((row, text) => {
    row.forEach((score, label) => {
      const difference = Math.abs(score - expected[text]![label]!);
      if (!(difference <= worst.difference)) worst = { difference, text, label };
    });
  });
  if (worst.difference <= TOLERANCE) return;
  const { text, label } = worst;
  throw differs(
    `text ${text + 1} gives "${names[label]}" ${scores[text]![label]!.toFixed(4)} instead of ${expected[text]![label]!.toFixed(4)}`,
  );
}

/** null, or how a smaller file's scores lie too far from the probe's. */
export function roughlyAlike(
  scores: readonly Float32Array[],
  expected: readonly (readonly number[])[],
): string | null {
  const top = (row: ArrayLike<number>) => Array.from(row).indexOf(Math.max(...Array.from(row)));
  const differences = scores.flatMap((row, text) =>
    Array.from(row, (s, label) => Math.abs(s - expected[text]![label]!)),
  );
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const same = scores.filter((row, text) => {
    const best = top(expected[text]!);
    // Two labels that are equally probable may change places.
    return top(row) === best || row[top(row)]! - row[best]! < INT8.meanDifference;
  }).length;
  const largest = Math.max(...differences);
  const near = mean <= INT8.meanDifference && largest <= INT8.largestDifference;
  if (near && same >= INT8.sameTop * scores.length) return null;
  return `is off by ${mean.toFixed(3)} on average and ${largest.toFixed(3)} at most, and agrees on ${same} of ${scores.length} texts`;
}

const differs = (what: string) =>
  new EngineError(
    'export_differs',
    `The exported model does not give the app's scores: ${what}.`,
    'Nothing was kept. Please report this as a bug.',
  );

/** Runs `verifyExport` in a process that knows nothing of this one. */
export async function verifyInFreshProcess(dir: string): Promise<void> {
  const verdict = await verdictElsewhere(dir);
  if (!verdict.ok) throw new EngineError('export_differs', verdict.message, 'Nothing was kept.');
}
