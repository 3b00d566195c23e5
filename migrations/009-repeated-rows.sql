-- Rows of files that are no documents of their own, since their text, or their id with it, came before: results have a row
-- for each of them.
CREATE TABLE repeated_rows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The document that has their text.
  document_id INTEGER NOT NULL REFERENCES documents (id),
  import_id INTEGER NOT NULL REFERENCES imports (id),
  -- The last document that was there when it came: rows go out in the order in which they came in.
  after_id INTEGER NOT NULL,
  layout_id INTEGER NOT NULL REFERENCES layouts (id),
  external_id TEXT,
  -- JSON, as of documents and document_layouts.
  meta TEXT NOT NULL DEFAULT '{}',
  kept TEXT NOT NULL DEFAULT '{}',
  -- Of its cells: rows of a file that comes again are not taken twice.
  sha256 BLOB NOT NULL
) STRICT;
CREATE INDEX repeated_rows_of_document ON repeated_rows (document_id, sha256);
CREATE INDEX repeated_rows_in_order ON repeated_rows (after_id);

-- What was accepted for a label that was merged into this one, so that undoing the merge takes it away again; NULL: it was
-- accepted for this label.
ALTER TABLE accepted_answers ADD COLUMN merged_from INTEGER REFERENCES labels (id);
