-- Suggestions that someone accepted together. They are a model's answers, never a person's: they lie in tables of their
-- own, so that no question about decisions (training, figures, agreement) can take one for what a person said.
CREATE TABLE acceptances (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  annotator_id INTEGER NOT NULL REFERENCES annotators (id),
  -- The last act before it: of a text that was corrected later the model said nothing.
  revision_id INTEGER NOT NULL,
  at TEXT NOT NULL,
  -- NULL: it stands.
  undone_at TEXT
) STRICT;

-- Each is a yes: the label's probability, as it was then, and the threshold that it reached.
CREATE TABLE accepted_answers (
  document_id INTEGER NOT NULL REFERENCES documents (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  acceptance_id INTEGER NOT NULL REFERENCES acceptances (id),
  -- For people: the run or the model.
  model TEXT NOT NULL,
  probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
  threshold REAL NOT NULL CHECK (threshold BETWEEN 0 AND 1),
  PRIMARY KEY (document_id, label_id, acceptance_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX accepted_answers_by_act ON accepted_answers (acceptance_id);

-- Which columns files had, in their order, so that results go out as the documents came in.
CREATE TABLE layouts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- JSON: [{"name", "role"}], see backend/records.ts.
  columns TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE document_layouts (
  document_id INTEGER PRIMARY KEY REFERENCES documents (id),
  layout_id INTEGER NOT NULL REFERENCES layouts (id),
  -- JSON: cells that are neither text, id nor metadata, as they were written.
  kept TEXT NOT NULL DEFAULT '{}'
) STRICT;
