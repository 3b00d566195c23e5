import {
  createHeadLearner,
  forecastGain,
  learningCurve,
  replay,
  STOP_MODELS,
  STOP_STEP,
  stoppingCriteria,
} from '../../engine/light.ts';
import { FORECAST_MORE, type Standing, type StandingQuestion } from './standingWorker.ts';

/** The same decisions give the same curve. */
const SEED = 1;
/** Decided documents that are judged together by what was learnt before them. */
const LEAST_PART = 10;
const MOST_PARTS = 12;

/** What the decisions of a project say of its learning; takes seconds to half a minute. */
export function standingOf({ tables, known, order, targets, more }: StandingQuestion): Standing {
  const learner = createHeadLearner(tables);
  const curve = learningCurve(learner, { known, targets, seed: SEED });
  const forecastOf = (documents: number) => forecastGain(curve, { more: documents, labels: tables.labels });
  const part = Math.max(LEAST_PART, Math.ceil(order.length / MOST_PARTS));
  const parts = Array.from({ length: Math.floor(order.length / part) }, (_, i) => (i + 1) * part);
  // The last part ends with the last document.
  const past = replay(learner, { known, order, targets, steps: [...new Set([...parts, order.length])] });
  const models = Array.from(
    { length: STOP_MODELS },
    (_, i) => order.length - (STOP_MODELS - 1 - i) * STOP_STEP,
  ).filter((documents) => documents >= STOP_STEP);
  return {
    curve: curve && withoutResamples(curve),
    forecast: forecastOf(more),
    agreement: past.flatMap(({ documents, next }, i) =>
      next ? [{ from: documents, to: past[i + 1]?.documents ?? order.length, next }] : [],
    ),
    criteria: stoppingCriteria(
      replay(learner, { known, order, targets, steps: models }),
      forecastOf(FORECAST_MORE),
    ),
  };
}

function withoutResamples<T extends { readonly resampled: unknown }>({
  resampled,
  ...rest
}: T): Omit<T, 'resampled'> {
  return rest;
}
