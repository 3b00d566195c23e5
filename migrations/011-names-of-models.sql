-- "default" in a project of before is the model that shipped then, and has its name from now on: evidence that is kept under
-- the one counts under the other.
UPDATE OR IGNORE scorers SET name = 'entail-minilm-l6' WHERE kind = 'model' AND name = 'default';
