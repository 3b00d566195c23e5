-- What a run's documents are like to it: a training tunes embeddings to the project's labels, beside the weights of entailment.

CREATE TABLE tuned_weights (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  sha256 BLOB NOT NULL,
  safetensors BLOB NOT NULL
) STRICT;

-- Of the run that suggests: float32, little-endian. `model` tells the weights; see backend/suggesting/tuned.ts.
CREATE TABLE tuned_embeddings (
  document_id INTEGER PRIMARY KEY REFERENCES documents (id),
  model TEXT NOT NULL,
  vector BLOB NOT NULL,
  sum INTEGER NOT NULL DEFAULT 0
) STRICT;
