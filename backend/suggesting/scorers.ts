import type { FusionWeights, ModelSource, Precision } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { Scorer } from '../project/store/evidence.ts';
import type { Label } from '../project/store/labels.ts';
import { embeddingName } from './embeddingName.ts';

/** A model to suggest with, and what its evidence is kept under. */
export interface SuggestingModel extends ModelSource {
  readonly kind: 'model' | 'run';
  readonly name: string;
  readonly digest: string;
  /** How its entailment is read together with its embeddings; absent: entailment alone, as of every trained run. */
  readonly fusion?: FusionWeights | undefined;
}

/** What the app suggests with. */
export const APP_PRECISION = 'auto';

/** In which to learn what is usual for labels: as heads, where there are any, learnt it from what the app suggests. */
export const priorPrecision = (learnt: object | undefined, asked: Precision): Precision =>
  learnt ? APP_PRECISION : asked;

/** The scorers of labels as they are worded now. */
export function scorersFor(
  { kind, name, digest, fusion }: Pick<SuggestingModel, 'kind' | 'name' | 'digest' | 'fusion'>,
  labels: readonly Label[],
  precision: Precision,
): Scorer[] {
  return labels.map((label) => ({
    labelId: label.id,
    kind,
    name,
    // Likeness rests on embeddings: read in another way, it is another reading.
    digest: fusion ? embeddingName(digest) : digest,
    precision,
    // What a label is called and how it is described is embedded; entailment reads its sentences alone.
    wording: JSON.stringify(fusion ? [label.name, label.description, label.hypotheses] : label.hypotheses),
    fusion: fusion ?? null,
  }));
}

/** The ids of these scorers; those that have not scored yet are left out. */
export const knownScorers = ({ stores }: Project, scorers: readonly Scorer[]): number[] =>
  scorers.flatMap((scorer) => stores.evidence.knownScorer(scorer) ?? []);
