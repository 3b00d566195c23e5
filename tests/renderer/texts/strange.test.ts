import { afterEach, expect, test } from 'vitest';
import { fromBackend, speak } from '../../../renderer/src/texts/index.ts';
import { altered, opened } from '../../support/foreignProject.ts';

afterEach(() => speak('en'));

/** What opening says of a project into which something else than Entail wrote. */
function toldOf(sql: string): string[] {
  const project = opened(altered((db) => void db.exec(sql)));
  return [...project.strange, ...project.changed];
}

test.each([
  [
    "UPDATE decisions SET value = 'perhaps' WHERE revision_id = (SELECT min(revision_id) FROM decisions WHERE value = 'yes') AND value = 'yes'",
    /^In 1 Zeile von „decisions“ steht im Feld/,
  ],
  ["UPDATE decisions SET value = 'perhaps'", /^In \d+ Zeilen von „decisions“ .*: beiseitegelegt\.$/],
  ["UPDATE labels SET name = '' WHERE id = 1", /durch einen einfachen Wert ersetzt\.$/],
  [
    'UPDATE states SET annotator_id = 4711',
    /Zeilen? von „states“ verweis.* auf keine Zeile von „annotators“/,
  ],
  ['INSERT INTO session (id, mark) SELECT 2, mark FROM session', /ein neues\.$/],
  ["UPDATE sqlite_sequence SET seq = 'x'", /neu gezählt\.$/],
  ["INSERT OR REPLACE INTO settings VALUES ('activeRun', '4711')", /schlägt vor, wie es ist\.$/],
  ["UPDATE labels SET description = 'Changed'", /^Der Wortlaut der Kategorie „/],
])('what opening says after %s is German', (sql, german) => {
  speak('de');
  const told = toldOf(sql);
  expect(told).not.toEqual([]);
  for (const sentence of told) {
    expect(fromBackend(sentence)).not.toBe(sentence);
    expect(fromBackend(sentence)).not.toMatch(/\b(?:the|of|row|rows|were)\b|"/);
  }
  expect(told.map(fromBackend).some((sentence) => german.test(sentence))).toBe(true);
});
