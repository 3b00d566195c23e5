-- What models gave to documents that they had not learnt from: figures and the search for label errors rest on it.
CREATE TABLE unseen_scores (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  -- Probabilities, float32, one per label of the run in the order of run_labels; NaN: none.
  -- By what suggested before the run, or longer ago, where that had not learnt from the document.
  before BLOB,
  -- By the run itself, of a document that it held out: the epoch and the thresholds are chosen without the document.
  held_out BLOB,
  thresholds BLOB,
  PRIMARY KEY (run_id, document_id)
) STRICT, WITHOUT ROWID;
