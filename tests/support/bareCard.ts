import type { CardFacts } from '../../engine/export/card.ts';

/** What a model card tells of a model that was not trained. */
export const bareCard = (name: string): CardFacts => ({
  name,
  baseModel: 'base',
  documents: 0,
  heldOutDocuments: 0,
  pairs: 0,
  options: {},
  date: '2026-01-01',
  metrics: null,
});
