import type { ExportRequest } from '../../../engine/export/modelFolder.ts';

/** An export of the tiny model. */
export const exportRequest = (to: string): ExportRequest => ({
  to,
  labels: [
    { name: 'shipping', hypotheses: ['this is about shipping .'], threshold: 0.4 },
    { name: 'price', hypotheses: ['this is about price .'], threshold: 0.5 },
  ],
  probeTexts: ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'],
  card: {
    name: 'out',
    baseModel: 'tiny',
    documents: 2,
    heldOutDocuments: 0,
    pairs: 2,
    options: { method: 'lora', rank: 8 },
    date: '2026-01-01',
    metrics: null,
  },
});
