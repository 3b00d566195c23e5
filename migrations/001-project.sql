-- A project: documents, labels, what people decided, what models suggest, training runs.

-- First, so that it is page 2 of the file: a log beside the file is recognised as this project's by this page.
CREATE TABLE session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  mark TEXT NOT NULL,
  writes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  guidelines TEXT NOT NULL DEFAULT '',
  color TEXT NOT NULL,
  key TEXT,
  position INTEGER NOT NULL,
  -- A deleted label keeps its history, so that deleting can be undone.
  deleted_at TEXT
) STRICT;
CREATE UNIQUE INDEX labels_by_name ON labels (name) WHERE deleted_at IS NULL;

CREATE TABLE hypotheses (
  label_id INTEGER NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (label_id, position)
) STRICT, WITHOUT ROWID;

-- Changes of labels in order, each with what takes it back (JSON, see backend/services/labelChanges.ts).
CREATE TABLE label_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  inverse TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  external_id TEXT,
  text TEXT NOT NULL,
  -- SHA-256 of the text as UTF-8: finds duplicates and damage.
  sha256 BLOB NOT NULL,
  meta TEXT NOT NULL DEFAULT '{}',
  split TEXT CHECK (split IN ('train', 'test')),
  source TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX documents_by_external_id ON documents (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX documents_by_sha256 ON documents (sha256);
CREATE INDEX documents_by_length ON documents (length(text));
CREATE INDEX documents_by_split ON documents (split) WHERE split IS NOT NULL;

CREATE VIRTUAL TABLE documents_text USING fts5 (
  text,
  content = 'documents',
  content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2',
  -- Searching as someone types begins with one letter.
  prefix = '1 2'
);

CREATE TABLE annotators (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- One act of a person (or an import): everything decided in it is undone together. Order is by id, never by clock.
CREATE TABLE revisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  annotator_id INTEGER NOT NULL REFERENCES annotators (id),
  kind TEXT NOT NULL CHECK (kind IN ('annotate', 'bulk', 'import', 'merge', 'undo', 'redo')),
  undoes INTEGER REFERENCES revisions (id),
  at TEXT NOT NULL
) STRICT;

-- History, only ever appended to.
CREATE TABLE decisions (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  annotator_id INTEGER NOT NULL REFERENCES annotators (id),
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  value TEXT NOT NULL CHECK (value IN ('yes', 'no', 'undecided')),
  PRIMARY KEY (document_id, annotator_id, label_id, revision_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_by_revision ON decisions (revision_id);

CREATE TABLE states (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  annotator_id INTEGER NOT NULL REFERENCES annotators (id),
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  status TEXT NOT NULL CHECK (status IN ('new', 'draft', 'done', 'skipped')),
  flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
  note TEXT NOT NULL DEFAULT '',
  seconds REAL,
  PRIMARY KEY (document_id, annotator_id, revision_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX states_by_revision ON states (revision_id);

-- What holds now: the newest of the history, kept in the same transaction and compared with it by "entail check".
CREATE TABLE current_decisions (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  annotator_id INTEGER NOT NULL REFERENCES annotators (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  value TEXT NOT NULL CHECK (value IN ('yes', 'no', 'undecided')),
  revision_id INTEGER NOT NULL,
  PRIMARY KEY (document_id, annotator_id, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX current_decisions_by_label ON current_decisions (label_id, value, document_id);

CREATE TABLE current_states (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  annotator_id INTEGER NOT NULL REFERENCES annotators (id),
  status TEXT NOT NULL CHECK (status IN ('new', 'draft', 'done', 'skipped')),
  flagged INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  seconds REAL,
  revision_id INTEGER NOT NULL,
  PRIMARY KEY (document_id, annotator_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX current_states_by_status ON current_states (status, document_id);

-- What produced suggestions: a model, and a label's sentences as they were then. Another sentence, another scorer.
CREATE TABLE scorers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  model TEXT NOT NULL,
  hypotheses TEXT NOT NULL,
  UNIQUE (label_id, model, hypotheses)
) STRICT;

CREATE TABLE suggestions (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
  scorer_id INTEGER NOT NULL REFERENCES scorers (id),
  -- The passage that decided, in UTF-16 units of the text; NULL: the whole text was read at once.
  passage_start INTEGER,
  passage_end INTEGER,
  PRIMARY KEY (document_id, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suggestions_by_label ON suggestions (label_id, probability);

-- What a document is like, for choosing diverse ones: float32, little-endian.
CREATE TABLE embeddings (
  document_id INTEGER PRIMARY KEY REFERENCES documents (id),
  model TEXT NOT NULL,
  vector BLOB NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'cancelled', 'failed')),
  model TEXT NOT NULL,
  options TEXT NOT NULL,
  -- The data it learnt from: everything decided up to this revision.
  revision_id INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  -- JSON: documents, pairs, steps, seconds, losses, evaluations, metrics; see backend/store/runs.ts.
  report TEXT NOT NULL DEFAULT '{}',
  error TEXT
) STRICT;

CREATE TABLE run_labels (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  name TEXT NOT NULL,
  hypotheses TEXT NOT NULL,
  threshold REAL NOT NULL CHECK (threshold BETWEEN 0 AND 1),
  threshold_from TEXT NOT NULL CHECK (threshold_from IN ('label', 'shared', 'default')),
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- What a run learnt from, and what was held out to judge it.
CREATE TABLE run_documents (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  document_id INTEGER NOT NULL REFERENCES documents (id),
  part TEXT NOT NULL CHECK (part IN ('train', 'held-out')),
  PRIMARY KEY (run_id, document_id)
) STRICT, WITHOUT ROWID;

-- Thresholds that a person set, for a run; 0: the model before any training.
CREATE TABLE thresholds (
  run_id INTEGER NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  threshold REAL NOT NULL CHECK (threshold BETWEEN 0 AND 1),
  PRIMARY KEY (run_id, label_id)
) STRICT, WITHOUT ROWID;

-- Trained weights: adapters or full layers, one safetensors file per run.
CREATE TABLE weights (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  sha256 BLOB NOT NULL,
  safetensors BLOB NOT NULL
) STRICT;
