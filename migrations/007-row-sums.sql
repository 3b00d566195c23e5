-- What models computed is numbers, of which none looks wrong when a bit of it flips: each row has a sum of all its other
-- columns, in their order (entail_sum, backend/project/store/rowSum.ts), which is looked at when the row is read.
ALTER TABLE evidence ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
UPDATE evidence SET sum = entail_sum(
  document_id, label_id, scorer_id, odds, sentence_odds, cosine, passage_start, passage_end);
ALTER TABLE untrained_evidence ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
UPDATE untrained_evidence SET sum = entail_sum(document_id, label_id, scorer_id, odds, cosine);
ALTER TABLE embeddings ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
UPDATE embeddings SET sum = entail_sum(document_id, model, vector);
ALTER TABLE unseen_scores ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
UPDATE unseen_scores SET sum = entail_sum(run_id, document_id, before, held_out, thresholds);
