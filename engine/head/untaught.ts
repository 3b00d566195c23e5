import { embeddingSpace, type HeadEvidence } from './evidence.ts';
import { fitHeads, type Heads } from './heads.ts';
import { labelPrototypes } from './prototypes.ts';

/** Heads before the first decision: what documents that nobody annotated tell (`labelPrototypes`). */
export function untaughtHeads(evidence: HeadEvidence): Heads {
  const space = embeddingSpace([evidence.embeddings], evidence.dimensions);
  const nothing = Array.from({ length: evidence.labels }, () => ({ documents: [], answers: [] }));
  return fitHeads(evidence, nothing, { space, prototypes: labelPrototypes(evidence, space) });
}
