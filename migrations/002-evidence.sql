-- Evidence instead of finished probabilities: log-odds of entailment per label sentence and how much a document is like
-- a label. A probability is computed when it is read, so that new documents, labels and decisions change it at once.
-- Probabilities of before are dropped and scored anew, those that an imported file brought too.

CREATE TABLE scorers_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  kind TEXT NOT NULL CHECK (kind IN ('model', 'run', 'imported')),
  -- For people: a hub id or a folder, the run's number, what an imported file said.
  name TEXT NOT NULL,
  -- Of the model's weights; '' of a run and of a file.
  digest TEXT NOT NULL,
  precision TEXT NOT NULL,
  -- JSON: the words that were scored.
  wording TEXT NOT NULL,
  -- JSON: how entailment and likeness make one probability; NULL: entailment alone.
  fusion TEXT,
  UNIQUE (label_id, kind, name, digest, precision, wording, fusion)
) STRICT;

CREATE TABLE evidence (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  scorer_id INTEGER NOT NULL REFERENCES scorers_new (id),
  -- Log-odds of the label.
  odds REAL NOT NULL,
  -- Of a label with several sentences the log-odds of each: float32, little-endian.
  sentence_odds BLOB,
  -- The inner product of the document's and the label's vectors; NULL: only entailment is read.
  cosine REAL,
  -- The passage that decided, in UTF-16 units of the text; NULL: the whole text was read at once.
  passage_start INTEGER,
  passage_end INTEGER,
  PRIMARY KEY (document_id, label_id)
) STRICT, WITHOUT ROWID;

DROP TABLE suggestions;
DROP TABLE scorers;
ALTER TABLE scorers_new RENAME TO scorers;

DELETE FROM settings WHERE key = 'labelStatistics';
