import { expect, test } from 'vitest';
import { DATABASE } from '../../../backend/project/database.ts';
import type { Project } from '../../../backend/project/file.ts';
import { newProject } from '../../support/project.ts';

const AT = '2026-01-01T00:00:00.000Z';
const ROWS = 3000;
const ROUNDS = 5;
const COLUMNS = [{ name: 'text', role: 'text' } as const];
const row = { columns: COLUMNS, kept: new Map<string, string>() };

const add = (project: Project, externalId: string | null, text: string): number =>
  project.stores.documents.add({ externalId, text, meta: new Map(), split: null, source: 'x' }, AT);

/** Milliseconds of each round. */
function rounds(project: Project, work: (number: number) => void): number[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    project.write(() => {
      const started = process.cpuUsage();
      for (let i = 0; i < ROWS; i++) work(round * ROWS + i);
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    }),
  );
}

/** The last round may take longer than the first, by what a larger table costs, but not in proportion to what was before. */
function expectEven(milliseconds: readonly number[]): void {
  expect(milliseconds.at(-1)).toBeLessThan(3 * milliseconds[0]! + 100);
}

test('a row that is like thousands before it costs no more than they did', () => {
  const project = newProject();
  const { layouts, imports } = project.stores;
  const [documentId, importId] = project.write(() => {
    const id = add(project, null, 'same');
    layouts.keep(id, row);
    const act = imports.begin(['x.csv'], AT);
    imports.addDocument(act, id);
    return [id, act];
  });
  // Two kinds in turn, so that none is like the one before it.
  const kinds = ['a', 'b'].map((externalId) => ({ externalId, meta: new Map(), row }));
  const at = { documentId, importId, after: documentId };
  expectEven(rounds(project, (i) => expect(layouts.repeat(kinds[i % 2]!, at)).toBe(true)));
  const again = project.write(() => imports.begin(['x.csv'], AT));
  for (const kind of kinds) expect(layouts.repeat(kind, { ...at, importId: again })).toBe(false);
  const other = { externalId: 'c', meta: new Map(), row };
  expect(layouts.repeat(other, { ...at, importId: again })).toBe(true);
  expect(layouts.repeat(other, { ...at, importId: again })).toBe(true);
  expect(layouts.repeated({ from: documentId, to: documentId })).toHaveLength(ROUNDS * ROWS + 2);
});

test('a text that thousands of documents have is found as fast as one', () => {
  const project = newProject();
  const { documents } = project.stores;
  const first = project.write(() => add(project, 'first', 'same'));
  expectEven(
    rounds(project, (i) => {
      expect(documents.withText('same')).toBe(first);
      add(project, `r${i}`, 'same');
    }),
  );
});

test('what was taken back makes looking for a text no slower', () => {
  const project = newProject();
  const { documents, imports } = project.stores;
  const act = project.write(() => imports.begin(['x.csv'], AT));
  const kept = project.write(() => add(project, null, 'kept'));
  const takeBack = project[DATABASE].prepare('UPDATE import_documents SET removed = 1 WHERE document_id = ?');
  expectEven(
    rounds(project, (i) => {
      const id = add(project, `r${i}`, `text ${i}`);
      imports.addDocument(act, id);
      takeBack.run(id);
      expect(documents.withText('kept')).toBe(kept);
      expect(documents.withText(`text ${i}`)).toBeUndefined();
      expect(documents.has(id)).toBe(false);
    }),
  );
});
