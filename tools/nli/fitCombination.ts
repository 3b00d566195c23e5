import { evaluate } from '../../engine/evaluate/metrics.ts';
import { evidenceOf, type FusionWeights, fuse, type InteractionShare } from '../../engine/zeroshot/fusion.ts';
import { type LogisticRow, logisticRegression } from './logisticRegression.ts';
import type { SetReadings } from './readings.ts';
import { goldOf } from './zeroShotTable.ts';

/** What is chosen and not fitted: changing any by a factor of two changed little (docs/zero-shot-recipes.md). An encoder whose cosines lie closer wants more sharpness. */
export const CHOSEN = { sharpness: 20, prior: -2, priorDocuments: 8 };

/**
 * Coefficients by logistic regression over all text-label pairs, every set counting the same; then the bias is moved so that 0.5 is the threshold of the best macro-F1, averaged over the sets.
 */
export function fitCombination(
  sets: readonly SetReadings[],
  {
    sharpness = CHOSEN.sharpness,
    interaction,
  }: { readonly sharpness?: number; readonly interaction?: InteractionShare } = {},
): FusionWeights {
  const chosen = { ...CHOSEN, sharpness, ...(interaction && { interaction }) };
  const rows = sets.flatMap((own) => rowsOf(own, chosen));
  const [bias = 0, entailment = 0, centred = 0, competition = 0] = logisticRegression(rows);
  const calibrated = { bias, entailment, centred, competition, ...chosen };
  return { ...calibrated, bias: bias + bestShift(sets, calibrated) };
}

/** Features are 1, o, o − ō and k; every set counts the same. */
function rowsOf({ set, texts, priors }: SetReadings, chosen: typeof CHOSEN): LogisticRow[] {
  const weight = 1 / (texts.length * set.labels.length);
  return texts.flatMap((readings, text) =>
    evidenceOf(chosen, priors, readings).map(({ odds, centred, competition }, label) => ({
      x: [1, odds, centred, competition],
      gold: set.texts[text]!.labels.includes(label) ? 1 : 0,
      weight,
    })),
  );
}

const SHIFTS = Array.from({ length: 61 }, (_, i) => -0.5 + i * 0.05);
/** Neighbouring shifts averaged, so that no lucky one is taken. */
const SMOOTHED = 3;

function bestShift(sets: readonly SetReadings[], combination: FusionWeights): number {
  const f1 = SHIFTS.map((shift) => {
    const shifted = { ...combination, bias: combination.bias + shift };
    return sets.reduce((sum, set) => sum + macroF1(set, shifted), 0) / sets.length;
  });
  const smooth = f1.map((_, i) => {
    const near = f1.slice(Math.max(0, i - SMOOTHED), i + SMOOTHED + 1);
    return near.reduce((sum, x) => sum + x, 0) / near.length;
  });
  return SHIFTS[smooth.indexOf(Math.max(...smooth))]!;
}

function macroF1({ set, texts, priors }: SetReadings, combination: FusionWeights): number {
  const labelNames = set.labels.map(({ name }) => name);
  const scores = texts.map((readings) => fuse(combination, priors, readings));
  return evaluate({ gold: goldOf(set), scores, labelNames, thresholds: labelNames.map(() => 0.5) }).macro.f1;
}
