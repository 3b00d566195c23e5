import jStat from 'jstat';
import type { Steps } from '../../turns.ts';
import { CHOSEN_SD } from '../chosen.ts';
import { ENDS, type Range } from '../credible.ts';
import type { Source } from '../gamma.ts';
import { shareInterval } from '../macroInterval.ts';

/** What an interval of a mean over documents is made for. */
export interface Sample {
  /** The documents are no random sample. */
  readonly chosen: boolean;
  readonly random: Source;
}

/**
 * Of a mean of shares, one of each document: as many cases as documents, with the variance that they have. Where they are
 * few it may be none by chance, so that one more document counts which varies as much as a share can.
 */
export function shareOfDocuments(values: readonly number[], { chosen, random }: Sample): Steps<Range> {
  const right = sumOf(values);
  const documents = values.length;
  const mean = right / documents;
  const inside = (right + 0.5) / (documents + 1);
  const most = inside * (1 - inside);
  const variance = (sumOf(values.map((value) => (value - mean) ** 2)) + most) / (documents + 1);
  return shareInterval({ right, wrong: documents - right, designEffect: variance / most, chosen }, random);
}

/** Of a share of decisions: those of one document go wrong together. */
export function shareOfDecisions(
  documents: readonly { readonly right: number; readonly wrong: number }[],
  { chosen, random }: Sample,
): Steps<Range> {
  const right = sumOf(documents.map((own) => own.right));
  const wrong = sumOf(documents.map((own) => own.wrong));
  const share = right / (right + wrong);
  const together = sumOf(documents.map((own) => (own.right - share * (own.right + own.wrong)) ** 2));
  const apart = right * (1 - share) ** 2 + wrong * share ** 2;
  const designEffect = apart === 0 ? 1 : Math.max(1, together / apart);
  return shareInterval({ right, wrong, designEffect, chosen }, random);
}

/**
 * Of a mean of counts up to `most`, in logarithms (delta method) with Student's t. One more document counts that lies as
 * far off as the mean itself: a few that are alike do not show that all are.
 */
export function meanCount(values: readonly number[], most: number, { chosen }: Sample): Range {
  const mean = sumOf(values) / values.length;
  if (mean === 0) return { low: 0, high: most };
  const variance = (sumOf(values.map((value) => (value - mean) ** 2)) + mean ** 2) / values.length;
  const byChance = (jStat.studentt.inv(0.975, values.length) * Math.sqrt(variance / values.length)) / mean;
  const share = Math.min(1, mean / Math.max(1, most));
  const far = Math.exp(Math.hypot(byChance, chosen ? ENDS * CHOSEN_SD * (1 - share) : 0));
  return { low: mean / far, high: Math.max(mean, Math.min(most, mean * far)) };
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
