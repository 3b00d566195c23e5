import { areMany, type FusionWeights, type ModelSource, type Precision } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { CurrentEvidence, Scorer } from '../project/store/evidence.ts';
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

const UNASKED = 'not asked: ';

/**
 * Under whom it is kept that a document was not asked about a label, since labels are many, and has what is usual for it
 * (docs/decisions/021-many-labels.md). With fewer labels it will be asked.
 */
const unaskedScorer = (scorer: Scorer): Scorer => ({ ...scorer, wording: `${UNASKED}${scorer.wording}` });

export const isUnasked = ({ wording }: Scorer): boolean => wording.startsWith(UNASKED);

/** The scorers of labels that documents need not be asked about, in their order; none where they are to be. */
export const unaskedScorers = (scorers: readonly Scorer[]): Scorer[] =>
  areMany(scorers.length) && scorers.every(({ fusion }) => fusion !== null) ? scorers.map(unaskedScorer) : [];

/** The ids of these scorers; those that have not scored yet are left out. */
export const knownScorers = ({ stores }: Project, scorers: readonly Scorer[]): number[] =>
  scorers.flatMap((scorer) => stores.evidence.knownScorer(scorer) ?? []);

/** What a document needs of these scorers, one per label, to be fresh. */
export const currentEvidence = (project: Project, scorers: readonly Scorer[]): CurrentEvidence => ({
  scorers: knownScorers(project, [...scorers, ...unaskedScorers(scorers)]),
  labels: scorers.length,
});
