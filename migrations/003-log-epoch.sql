-- Which state of the file a log belongs to (docs/decisions/014-log-epoch.md). Names change with every fold.
ALTER TABLE session ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
-- The epoch before this one: the first page of a log says which state of the file it was begun on.
ALTER TABLE session ADD COLUMN base TEXT NOT NULL DEFAULT '';
-- ISO 8601, since when there is a log with more than is in the file; '' when the file has everything.
ALTER TABLE session ADD COLUMN log_since TEXT NOT NULL DEFAULT '';
