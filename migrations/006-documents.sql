-- Documents that someone deleted: as good as gone. Each keeps here the id that others may take.
CREATE TABLE deleted_documents (
  document_id INTEGER PRIMARY KEY REFERENCES documents (id),
  external_id TEXT
) STRICT;

-- What people did with documents themselves, only ever appended to, so that it can be taken back.
CREATE TABLE document_changes (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  what TEXT NOT NULL CHECK (what IN ('delete', 'restore', 'text')),
  -- Of a corrected text: what it was until then.
  text_before TEXT,
  PRIMARY KEY (document_id, revision_id)
) STRICT;
CREATE INDEX document_changes_by_revision ON document_changes (revision_id);

-- Evidence of a model without training where a run's has taken its place, so that what training brought can be seen.
CREATE TABLE untrained_evidence (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  scorer_id INTEGER NOT NULL REFERENCES scorers (id),
  odds REAL NOT NULL,
  cosine REAL,
  PRIMARY KEY (document_id, label_id)
) STRICT, WITHOUT ROWID;
