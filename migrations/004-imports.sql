-- Imports as acts: what each brought, so that it can be taken back and done again.

CREATE TABLE imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  -- JSON: names of the files.
  files TEXT NOT NULL,
  -- NULL: it stands.
  undone_at TEXT
) STRICT;

CREATE TABLE import_revisions (
  revision_id INTEGER PRIMARY KEY REFERENCES revisions (id),
  import_id INTEGER NOT NULL REFERENCES imports (id),
  -- 'did': by the import, or by doing it again; 'undid': by taking it back.
  part TEXT NOT NULL CHECK (part IN ('did', 'undid'))
) STRICT;
CREATE INDEX import_revisions_by_import ON import_revisions (import_id, part);

-- Documents that an import brought. A removed one is as good as gone, and keeps here the id that others may take.
CREATE TABLE import_documents (
  document_id INTEGER PRIMARY KEY REFERENCES documents (id),
  import_id INTEGER NOT NULL REFERENCES imports (id),
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  external_id TEXT
) STRICT;
CREATE INDEX import_documents_by_import ON import_documents (import_id);
CREATE INDEX import_documents_removed ON import_documents (document_id) WHERE removed = 1;
