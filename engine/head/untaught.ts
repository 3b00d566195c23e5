import { logOdds } from '../nli/probability.ts';
import { embeddingSpace, type HeadEvidence } from './evidence.ts';
import { fitHeads, type Heads } from './heads.ts';
import { labelPrototypes } from './prototypes.ts';
import type { UntaughtReading } from './reading.ts';

/** Of a text that is embedded. */
export type EmbeddedReading = UntaughtReading & { readonly embedding: Float32Array };

/** Heads before the first decision: what texts that nobody annotated tell, one at least (`labelPrototypes`). */
export function untaughtHeads(readings: readonly [EmbeddedReading, ...EmbeddedReading[]]): Heads {
  const [{ odds, embedding }] = readings;
  const evidence: HeadEvidence = {
    labels: odds.length,
    dimensions: embedding.length,
    suggested: table(readings.map(({ probabilities }) => probabilities.map(logOdds))),
    entailed: table(readings.map((reading) => reading.odds)),
    embeddings: table(readings.map((reading) => reading.embedding)),
  };
  const space = embeddingSpace([evidence.embeddings], evidence.dimensions);
  const nothing = Array.from(odds, () => ({ documents: [], answers: [] }));
  return fitHeads(evidence, nothing, { space, prototypes: labelPrototypes(evidence, space) });
}

const table = (rows: readonly Float32Array[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...row]));
