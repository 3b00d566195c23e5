import { expect, test } from 'vitest';
import { annotate } from '../../../backend/annotating/annotating.ts';
import { redo, undo, undoAct } from '../../../backend/annotating/undo.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { createRandom } from '../../../engine/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const stateOf = (project: Project) =>
  JSON.stringify([
    project[DATABASE]
      .prepare(
        "SELECT document_id, label_id, value FROM current_decisions WHERE value <> 'undecided' ORDER BY 1, 2",
      )
      .all(),
    project[DATABASE]
      .prepare(
        "SELECT document_id, status, flagged, note FROM current_states WHERE status <> 'new' ORDER BY 1",
      )
      .all(),
  ]);

test('300 random acts over documents, undone to the start and redone to the end, with a restart between', () => {
  let project = newProject(['a', 'b', 'c']);
  const documents = addDocuments(
    project,
    Array.from({ length: 20 }, (_, i) => `text ${i}`),
  );
  const labels = project.stores.labels.all().map(({ id }) => id);
  const random = createRandom(7);
  const states = [stateOf(project)];
  while (states.length < 300) {
    const chosen = random.shuffle(documents).slice(0, 1 + random.integer(4));
    const revision = annotate(
      project,
      'ada',
      chosen.map((documentId) => ({
        documentId,
        values: new Map(labels.map((id) => [id, (['yes', 'no', 'undecided'] as const)[random.integer(3)]!])),
        status: (['draft', 'done', 'skipped'] as const)[random.integer(3)]!,
        flagged: random.integer(2) === 1,
        note: `note ${random.integer(5)}`,
      })),
      chosen.length > 1 ? 'bulk' : 'annotate',
    );
    if (revision !== undefined) states.push(stateOf(project));
  }
  for (let i = states.length - 2; i >= 0; i--) {
    if (i === 150) {
      project.close();
      project = openProject(project.path);
    }
    expect(undo(project, 'ada').length).toBeGreaterThan(0);
    expect(stateOf(project)).toBe(states[i]);
  }
  expect(undo(project, 'ada')).toEqual([]);
  for (let i = 1; i < states.length; i++) {
    redo(project, 'ada');
    expect(stateOf(project)).toBe(states[i]);
  }
  expect(redo(project, 'ada')).toEqual([]);
  project.close();
});

test('what is undone cannot be redone after something new, and others are left alone', () => {
  const project = newProject(['a']);
  const [document] = addDocuments(project, ['one']);
  const [label] = project.stores.labels.all();
  const say = (who: string, value: 'yes' | 'no') =>
    annotate(project, who, [
      { documentId: document!, values: new Map([[label!.id, value]]), status: 'done' },
    ]);
  say('ada', 'yes');
  say('bob', 'no');
  expect(undo(project, 'ada')).toEqual([document]);
  say('ada', 'no');
  expect(redo(project, 'ada')).toEqual([]);
  const { annotations } = project.stores;
  expect(annotations.decisions(document!, annotations.annotatorId('bob')).get(label!.id)).toBe('no');
  expect(annotations.decisions(document!, annotations.annotatorId('ada')).get(label!.id)).toBe('no');
});

const say = (documentId: number, values: [number, 'yes' | 'no'][], more: { flagged?: boolean } = {}) => ({
  documentId,
  values: new Map(values),
  status: 'done' as const,
  ...more,
});

test('the act that is named is taken back, whatever came after it, and nothing else', () => {
  const project = newProject(['a', 'b']);
  const [one, two] = addDocuments(project, ['one', 'two']) as [number, number];
  const [a, b] = project.stores.labels.all().map(({ id }) => id) as [number, number];
  const first = annotate(project, 'ada', [say(one, [[a, 'yes']])])!;
  annotate(project, 'ada', [say(two, [[a, 'no']])]);
  annotate(project, 'ada', [say(one, [[b, 'yes']], { flagged: true })]);
  expect(undoAct(project, 'ada', first)).toEqual([one]);
  const { annotations } = project.stores;
  const ada = annotations.annotatorId('ada');
  expect([...annotations.decisions(one, ada)]).toEqual([
    [a, 'undecided'],
    [b, 'yes'],
  ]);
  // The later act's flag stays, the state goes back.
  expect(annotations.state(one, ada)).toMatchObject({ status: 'new', flagged: true });
  expect([...annotations.decisions(two, ada)]).toEqual([[a, 'no']]);
  expect(() => undoAct(project, 'ada', first)).toThrow('taken back already');
  // “Undo” goes on with the newest act that stands, and leaves that one out.
  expect(undo(project, 'ada')).toEqual([one]);
  expect(undo(project, 'ada')).toEqual([two]);
  expect(undo(project, 'ada')).toEqual([]);
});

test('an act that was decided anew since is not taken back, and nothing is changed', () => {
  const project = newProject(['a']);
  const documents = addDocuments(project, ['one', 'two']);
  const [a] = project.stores.labels.all().map(({ id }) => id) as [number];
  const bulk = annotate(
    project,
    'ada',
    documents.map((id) => say(id, [[a, 'yes']])),
    'bulk',
  )!;
  annotate(project, 'ada', [say(documents[1]!, [[a, 'no']])]);
  const before = stateOf(project);
  expect(() => undoAct(project, 'ada', bulk)).toThrow('1 document was decided anew since');
  expect(stateOf(project)).toBe(before);
  undo(project, 'ada');
  expect(() => undoAct(project, 'ada', bulk)).toThrow('decided anew');
  expect(() => undoAct(project, 'bob', bulk)).toThrow('taken back already');
});

test('what was taken back and done again is taken back by its name', () => {
  const project = newProject(['a']);
  const [one, two] = addDocuments(project, ['one', 'two']) as [number, number];
  const [a] = project.stores.labels.all().map(({ id }) => id) as [number];
  const act = annotate(project, 'ada', [say(one, [[a, 'yes']])])!;
  undo(project, 'ada');
  redo(project, 'ada');
  annotate(project, 'ada', [say(two, [[a, 'yes']])]);
  expect(undoAct(project, 'ada', act)).toEqual([one]);
});
