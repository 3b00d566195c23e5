import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isContractProcedure } from '@orpc/contract';
import { call, type Procedure } from '@orpc/server';
import { expect, onTestFinished, test } from 'vitest';
import { createBackend, router } from '../../../backend/index.ts';
import { createRecentProjects } from '../../../backend/machine/recent.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { createProject } from '../../../backend/project/file.ts';
import { contract } from '../../../contract/index.ts';
import { createEngine } from '../../../engine/index.ts';
import { createWebHost } from '../../../web/host.ts';
import { newBackend, openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const ada = { annotator: 'ada' } as const;
const page = (search: string) => ({
  ...ada,
  filter: { search, status: 'all' as const },
  sort: 'order' as const,
  offset: 0,
  limit: 50,
});

/** Names and procedures of the whole contract, with their implementation. */
function procedures(): [string, Procedure<never, never, never, never, never, never> | undefined][] {
  return Object.entries(contract).flatMap(([area, inside]) =>
    Object.keys(inside)
      .filter((name) => isContractProcedure((inside as Record<string, unknown>)[name]))
      .map((name): [string, never] => [
        `${area}.${name}`,
        (router as unknown as Record<string, Record<string, never>>)[area]?.[name] as never,
      ]),
  );
}

const LONG = 'x'.repeat(10_000_000);
const WRONG: readonly [string, unknown][] = [
  ['null', null],
  ['an array', []],
  ['an extra key', { extra: 1 }],
  ['NaN', Number.NaN],
  ['10^7 characters', LONG],
  ['__proto__', JSON.parse('{"__proto__": {"polluted": true}}')],
];

test('fault 71: every procedure refuses null, arrays, extra keys, NaN, 10^7 characters and __proto__', async () => {
  const { session } = await openBackend();
  const { project } = session.workspace.opened();
  const changes = () => project[DATABASE].prepare('SELECT total_changes()').pluck().get();
  const before = changes();
  const taken: string[] = [];
  const all = procedures().filter(([, procedure]) => procedure !== undefined);
  expect(all.length).toBeGreaterThan(50);
  for (const [name, procedure] of all) {
    for (const [what, input] of WRONG) {
      const code = await call(procedure as never, input as never, { context: session as never }).then(
        () => 'accepted',
        (error: { code?: string; data?: { code?: string } }) => `${error.code} ${error.data?.code}`,
      );
      if (code !== 'BAD_REQUEST input_refused') taken.push(`${name} with ${what}: ${code}`);
    }
  }
  expect(taken).toEqual([]);
  expect(changes()).toBe(before);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('fault 71: too long a text is refused in every field that takes one', async () => {
  const api = clientOf(await openBackend());
  const wrong = [
    () => api.labels.add({ name: LONG, hypotheses: [] }),
    () => api.labels.update({ id: 1, description: LONG }),
    () => api.labels.update({ id: 1, guidelines: LONG }),
    () => api.labels.preview({ labelId: 1, hypotheses: [LONG] }),
    () => api.documents.page(page(LONG)),
    () => api.annotations.decide({ annotator: LONG, documentIds: [1], values: [] }),
    () => api.annotations.decide({ ...ada, documentIds: [1], values: [], note: LONG }),
    () => api.projects.create({ name: LONG }),
    () => api.imports.begin({ name: LONG, bytes: 1 }),
    () => api.exports.data({ format: LONG, onlyDone: true }),
    () => api.settings.useModel({ name: LONG }),
    () => api.app.prefer({ annotator: LONG }),
    () => api.annotations.decide({ ...ada, documentIds: [Number.NaN], values: [] }),
    () => api.annotations.decide({ ...ada, documentIds: [1], values: [], seconds: Number.POSITIVE_INFINITY }),
  ];
  for (const attempt of wrong) await expect(attempt()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('what the contract refuses is told in a sentence with the field', async () => {
  const api = clientOf(await openBackend());
  const cases: [() => Promise<unknown>, string][] = [
    [
      () => api.labels.preview({ labelId: 1, hypotheses: ['fine', LONG] }),
      'The field "hypotheses.2" is longer than 2000 characters.',
    ],
    [
      () => api.annotations.decide({ ...ada, documentIds: [], values: [] }),
      'The field "documentIds" is empty.',
    ],
    [() => api.labels.add({ name: 'x' } as never), 'The field "hypotheses" is missing.'],
    [() => api.labels.update({ id: 'one' } as never), 'The field "id" is of another kind than expected.'],
    [() => api.labels.add('x' as never), 'What was sent is not what this call takes.'],
    [() => api.labels.list('x' as never), 'What was sent is not what this call takes.'],
  ];
  for (const [attempt, message] of cases) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message,
      data: { code: 'input_refused', message, hint: 'Change it and try again.' },
    });
  }
});

test('fault 81: anything can be searched for; nothing is an error, and words are found', async () => {
  const backend = await openBackend();
  addDocuments(backend.session.workspace.opened().project, [
    'I write C++ and it’s fun',
    "it's a NEAR miss AND a hit",
    'say "hello" to a:b',
    'an 😀 emoji -x',
  ]);
  const api = clientOf(backend);
  const hits = async (search: string) => (await api.documents.page(page(search))).rows.map(({ id }) => id);
  for (const search of [
    '"',
    '*',
    '-',
    '(',
    'NEAR(',
    '('.repeat(1000),
    '\0',
    '😀',
    '   ',
    '" OR "',
    '{',
    '^',
  ]) {
    expect(Array.isArray(await hits(search))).toBe(true);
  }
  expect(await hits('C++')).toEqual([1]);
  expect(await hits("it's")).toEqual([1, 2]);
  expect(await hits('AND hit')).toEqual([2]);
  expect(await hits('NEAR')).toEqual([2]);
  expect(await hits('-x')).toEqual([4]);
  expect(await hits('a:b')).toEqual([3]);
  expect(await hits('"hello"')).toEqual([3]);
  expect(await hits('   ')).toEqual([1, 2, 3, 4]);
  await expect(api.documents.page(page('x'.repeat(10_000)))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('fault 82: SQL in a text field is stored as text', async () => {
  const sql = "'; DROP TABLE documents; --";
  const backend = await openBackend();
  const { project } = backend.session.workspace.opened();
  addDocuments(project, [sql]);
  const api = clientOf(backend);
  const label = await api.labels.add({ name: sql, hypotheses: [sql] });
  await api.labels.update({ id: label.id, description: sql, guidelines: sql });
  await api.annotations.decide({
    annotator: sql,
    documentIds: [1],
    values: [{ labelId: label.id, value: 'yes' }],
    note: sql,
  });
  expect(await api.annotations.get({ annotator: sql, id: 1 })).toMatchObject({ text: sql, note: sql });
  expect((await api.labels.list()).at(-1)).toMatchObject({ name: sql, description: sql, hypotheses: [sql] });
  expect((await api.documents.page(page(sql))).total).toBe(1);
  await api.app.prefer({ annotator: sql });
  expect((await api.app.preferences()).annotator).toBe(sql);
});

test('fault 86: decisions sent at once and an undo storm leave a consistent history, in order', async () => {
  const backend = await openBackend();
  const { project } = backend.session.workspace.opened();
  addDocuments(project, ['one', 'two']);
  const api = clientOf(backend);
  const set = (value: 'yes' | 'no' | 'undecided') =>
    api.annotations.decide({ ...ada, documentIds: [1], values: [{ labelId: 1, value }] });
  const sent = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'yes' : i % 3 === 1 ? 'no' : 'undecided'));
  const answers = await Promise.all(sent.map((value) => set(value as 'yes')));
  const revisions = answers.map(({ revision }) => revision!);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  const history = await api.annotations.history({ id: 1 });
  expect(history.flatMap(({ decisions }) => decisions.map(({ value }) => value))).toEqual(sent);
  const undone = await Promise.all(Array.from({ length: 80 }, () => api.annotations.undo(ada)));
  expect(undone.filter(({ documents }) => documents.length > 0)).toHaveLength(60);
  expect((await api.annotations.get({ ...ada, id: 1 })).labels[0]!.value).toBe('undecided');
  await Promise.all(Array.from({ length: 80 }, () => api.annotations.redo(ada)));
  expect((await api.annotations.get({ ...ada, id: 1 })).labels[0]!.value).toBe(sent.at(-1));
  // A double click is one decision.
  const revision = await set('yes');
  expect(await Promise.all([set('yes'), set('yes')])).toEqual([{ revision: null }, { revision: null }]);
  expect(project.stores.annotations.lastRevision()).toBe(revision.revision);
});

test('fault 88: on a full disk a decision is refused in words, nothing accepted is lost, and it can be repeated', async () => {
  const backend = await openBackend();
  const { project } = backend.session.workspace.opened();
  const ids = addDocuments(
    project,
    Array.from({ length: 2000 }, (_, i) => `text ${i}`),
  );
  const api = clientOf(backend);
  const decide = (id: number) =>
    api.annotations.decide({
      ...ada,
      documentIds: [id],
      values: [{ labelId: 1, value: 'yes' }],
      note: `n${id}`,
    });
  project[DATABASE].pragma(
    `max_page_count = ${(project[DATABASE].pragma('page_count', { simple: true }) as number) + 2}`,
  );
  const saved: number[] = [];
  let failure: { message: string; data: { code: string; hint: string } } | undefined;
  for (const id of ids) {
    try {
      await decide(id);
      saved.push(id);
    } catch (error) {
      failure = error as typeof failure;
      break;
    }
  }
  expect(failure).toMatchObject({
    message: expect.stringContaining('The disk is full'),
    data: { code: 'disk_full', hint: 'Free some space and try again.' },
  });
  const refused = ids[saved.length]!;
  expect((await api.annotations.get({ ...ada, id: refused })).status).toBe('new');
  for (const id of saved) expect((await api.annotations.get({ ...ada, id })).note).toBe(`n${id}`);
  project[DATABASE].pragma('max_page_count = 1000000');
  await decide(refused);
  expect((await api.annotations.get({ ...ada, id: refused })).status).toBe('draft');
});

test('a page can tell whether what it shows is still what is open', async () => {
  const [home, folder] = [temporaryFolder(), temporaryFolder()];
  const paths = ['a.entail', 'b.entail'].map((name) => join(folder, name));
  for (const path of paths) createProject(path).close();
  const engine = createEngine();
  const backend = await createBackend(createWebHost(home), { engine, home });
  onTestFinished(async () => {
    await backend.close();
    await engine.close();
  });
  const api = clientOf(backend);
  const opening = async () => (await api.app.state()).opening;
  const seen = [await opening()];
  for (const path of [paths[0]!, paths[0]!, paths[1]!]) {
    await backend.open(path);
    seen.push(await opening());
  }
  await api.projects.close();
  seen.push(await opening());
  await backend.open(paths[0]!);
  seen.push(await opening());
  const [none, first, again, second, closed, later] = seen;
  expect([again, later, closed]).toEqual([first, first, none]);
  expect(new Set([none, first, second]).size).toBe(3);
});

test('fault 80: a home that can’t be written still lets projects be opened; what is not kept is said', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  writeFileSync(home, 'a file where the folder should be');
  const path = join(folder, 'p.entail');
  createProject(path).close();
  const engine = createEngine();
  const backend = await createBackend(createWebHost(home), { engine, home });
  onTestFinished(async () => {
    await backend.close();
    await engine.close();
  });
  await backend.open(path);
  const api = clientOf(backend);
  expect(await api.app.state()).toMatchObject({ project: 'p' });
  await expect(api.app.prefer({ theme: 'dark' })).rejects.toThrow('"preferences.json" can\'t be written');
  expect((await api.app.preferences()).theme).toBe('dark');
  await expect(api.imports.begin({ name: 'a.csv', bytes: 1 })).rejects.toThrow('"a.csv" can\'t be written');
});

test('a damaged list of recent projects or preferences is an empty one', async () => {
  const home = temporaryFolder();
  for (const text of ['', '{', '[{"path": 1}]', '{"theme": "pink"}', '\0'.repeat(1000)]) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'recent.json'), text);
    writeFileSync(join(home, 'preferences.json'), text);
    const engine = createEngine();
    const backend = await createBackend(createWebHost(home), { engine, home });
    const api = clientOf(backend);
    expect(await api.projects.recent()).toEqual([]);
    expect((await api.app.preferences()).theme).toBe('system');
    await backend.close();
  }
});

test('where a log was kept that did not fit is told once the project is open', async () => {
  const project = newProject();
  project.close();
  writeFileSync(`${project.path}-wal`, Buffer.alloc(5000, 7));
  const backend = await newBackend();
  await expect(backend.open(project.path)).rejects.toMatchObject({ code: 'log_damaged' });
  await backend.open(project.path);
  const { changed } = await call(router.project.foreign, undefined, { context: backend.session });
  expect(changed).toEqual([
    expect.stringMatching(/^The log that did not fit is kept as ".+ \(log of .+\)\.entail-wal"\.$/),
  ]);
});

test('projects on a server that a list names are not looked for', async () => {
  const home = temporaryFolder();
  const servers = ['\\\\server.invalid\\share\\a.entail', '//server.invalid/share/a.entail'];
  const here = join(home, 'here.entail');
  writeFileSync(
    join(home, 'recent.json'),
    JSON.stringify([...servers, here].map((path) => ({ path, openedAt: '2026-01-01T00:00:00.000Z' }))),
  );
  const recent = await createRecentProjects(home);
  expect((await recent.list()).map(({ name }) => name)).toEqual(['here']);
});

test('tokens are unknown in another process, and no path crosses', async () => {
  const one = await newBackend();
  await clientOf(one).projects.create({ name: 'first' });
  const [recent] = await clientOf(one).projects.recent();
  const other = clientOf(await newBackend());
  await expect(other.projects.open({ token: recent!.token })).rejects.toThrow('not known any more');
  await expect(other.projects.open({ token: '../../etc/passwd' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  expect(JSON.stringify(await clientOf(one).app.state())).not.toContain(one.session.home);
});
