import { f, t } from '../texts/index.ts';
import type { Progress } from './progress.ts';

/** Where a training is, in words, and how far: `share` from 0 to 1, null while that is not known. */
export interface Stage {
  readonly text: string;
  readonly share: number | null;
}

/** Of a training that is under way. No time is named that leaves out what is still to come. */
export function stageOf(progress: Progress): Stage {
  const { tuning, step, steps, secondsLeft, secondsAfter, pairsPerSecond } = progress;
  const words = t().train;
  if (tuning !== null) {
    if (tuning >= 1) return { text: words.measuring, share: null };
    return { text: joined([words.tuning, leftOf(secondsLeft, words.left)]), share: tuning };
  }
  if (step === 0) return { text: words.ready, share: null };
  if (step >= steps) return { text: words.measuring, share: null };
  const known = secondsLeft !== null && secondsAfter !== null;
  const left = known
    ? leftOf(secondsLeft + secondsAfter, words.left)
    : leftOf(secondsLeft, words.leftOfSteps);
  const text = joined([words.step(step, steps), words.pairsPerSecond(pairsPerSecond), left]);
  return { text, share: step / steps };
}

/** Empty where it is not known or rounds to nothing. */
const leftOf = (seconds: number | null, say: (time: string) => string): string =>
  seconds === null || Math.round(seconds) < 1 ? '' : say(f().duration(seconds));

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
