import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { createScorer } from '../inference/score.ts';
import { loadNliModel } from '../model/nliModel.ts';
import { flattenHypotheses, meanPerLabel } from '../zeroshot/ensemble.ts';
import { verdictElsewhere } from './freshProcess.ts';

/** How far a loader's scores may be from the probe's. */
const TOLERANCE = 1e-3;
/** The 8-bit file: the mean and the largest difference, and the share of texts with the same highest label. */
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
  const scoresWith = async (file: string) => {
    const { sentences, labelOf } = flattenHypotheses(labels.map(({ hypotheses }) => hypotheses));
    // The bytes as they are: nothing that Entail makes of a graph takes part.
    const scorer = await createScorer(model, { weights: new Uint8Array(readFileSync(join(dir, file))) });
    try {
      const rows = await scorer.score({ texts: probe.texts, hypotheses: sentences });
      return rows.map(({ probabilities }) => meanPerLabel(probabilities, labelOf, labels.length));
    } finally {
      await scorer.release();
    }
  };
  compareExactly(await scoresWith('onnx/model.onnx'), probe.scores, names);
  compareRoughly(await scoresWith('onnx/model_quantized.onnx'), probe.scores);
}

function compareExactly(
  scores: readonly Float32Array[],
  expected: readonly (readonly number[])[],
  names: readonly string[],
): void {
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

function compareRoughly(scores: readonly Float32Array[], expected: readonly (readonly number[])[]): void {
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
  if (near && same >= INT8.sameTop * scores.length) return;
  throw differs(
    `the 8-bit file is off by ${mean.toFixed(3)} on average and ${largest.toFixed(3)} at most, and agrees on ${same} of ${scores.length} texts`,
  );
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
