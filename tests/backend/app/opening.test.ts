import { isContractProcedure } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { type Backend, router } from '../../../backend/index.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { createProject } from '../../../backend/project/file.ts';
import { contract } from '../../../contract/index.ts';
import { newBackend } from '../../support/backend.ts';
import { addDocuments } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const annotator = 'ann';
const decision = {
  annotator,
  documentIds: [1],
  values: [{ labelId: 1, value: 'yes' as const }],
  status: 'done' as const,
};

/** A page that a transport serves: its calls say which opening it shows. */
const pageOf = ({ session }: Backend, opening: string | null) =>
  createRouterClient(router, { context: { ...session, opening } });

function projectAt(name: string): string {
  const path = `${temporaryFolder()}/${name}.entail`;
  const project = createProject(path);
  addLabels(project, [{ name: `${name} label`, hypotheses: [`about ${name}.`] }]);
  addDocuments(project, [`text of ${name}`]);
  project.close();
  return path;
}

test('a page decides in the project that it shows, or not at all', async () => {
  const backend = await newBackend();
  const [one, two] = [projectAt('one'), projectAt('two')];
  await backend.open(one);
  const first = pageOf(backend, backend.session.workspace.opening);
  expect((await first.app.state()).project).toBe('one');
  await first.annotations.decide({ ...decision, values: [] });

  await backend.open(two);
  await expect(first.annotations.decide(decision)).rejects.toMatchObject({
    data: { code: 'stale_page', params: { name: 'two' } },
  });
  await expect(first.annotations.get({ annotator, id: 1 })).rejects.toMatchObject({
    data: { code: 'stale_page' },
  });
  // It may learn what is open, and open its own again.
  expect((await first.app.state()).project).toBe('two');
  const second = pageOf(backend, backend.session.workspace.opening);
  expect((await second.annotations.get({ annotator, id: 1 })).status).toBe('new');
  await expect(first.projects.close()).rejects.toMatchObject({ data: { code: 'stale_page' } });
  await backend.open(one);
  expect((await first.annotations.get({ annotator, id: 1 })).status).toBe('done');
  await first.annotations.decide(decision);
  await expect(second.annotations.decide(decision)).rejects.toMatchObject({
    data: { code: 'stale_page' },
  });
});

test('a project closed and opened again is the same to its page; one made anew in its place is not', async () => {
  const backend = await newBackend();
  const path = projectAt('one');
  await backend.open(path);
  const { workspace } = backend.session;
  const opening = workspace.opening;
  await workspace.close();
  await expect(pageOf(backend, opening).annotations.decide(decision)).rejects.toMatchObject({
    data: { code: 'stale_page', params: { name: '' } },
  });
  await backend.open(path);
  expect(workspace.opening).toBe(opening);
  expect((await pageOf(backend, opening).labels.list())[0]?.name).toBe('one label');
});

/** What a page needs before it shows a project, and what it does on the start screen. */
const OF_NO_PROJECT = new Set([
  'app.state',
  'app.preferences',
  'app.prefer',
  'projects.recent',
  'projects.create',
  'projects.open',
  'projects.choose',
  'projects.sample',
  'projects.forget',
  'projects.recall',
  'projects.holding',
  'projects.trash',
  'projects.rename',
  'annotations.queues',
  'exports.formats',
  'exports.show',
  'backups.list',
  'backups.restore',
  'settings.getModel',
  'settings.modelClasses',
  'settings.hubToken',
  'settings.setHubToken',
  'settings.removeHubToken',
  'settings.device',
  'imports.choose',
  'imports.formats',
]);

test('every other call of another opening, or of none, is refused, whatever it would do', async () => {
  const backend = await newBackend();
  await backend.open(projectAt('one'));
  const { workspace } = backend.session;
  const wrong: [call: string, ended: string][] = [];
  for (const opening of ['of another project', null]) {
    const page = pageOf(backend, opening) as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >;
    for (const [area, inside] of Object.entries(contract)) {
      for (const name of Object.keys(inside)) {
        if (!isContractProcedure((inside as Record<string, unknown>)[name])) continue;
        const call = `${area}.${name}`;
        if (OF_NO_PROJECT.has(call)) continue;
        const ended = await page[area]![name]!(INPUTS[call])
          .then(async (answer) => {
            // A stream fails when it is read.
            for await (const _ of answer as AsyncIterable<unknown>) return 'answered';
            return 'answered';
          })
          .catch((error: { data?: { code?: string } }) => error.data?.code ?? String(error));
        if (ended !== 'stale_page') wrong.push([call, ended]);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(workspace.opened().name).toBe('one');
});

const token = 'x'.repeat(24);
const filter = { search: '', status: 'all' };
const training = { method: 'lora', epochs: 1, seed: 1 };
/** An input that is taken, of each call that has one. */
const INPUTS: Readonly<Record<string, unknown>> = {
  'project.summary': { annotator },
  'imports.begin': { name: 'a.csv', bytes: 1 },
  'imports.append': { token, offset: 0, chunk: new File(['x'], 'chunk') },
  'imports.preview': { token, reading: {} },
  'imports.census': { tokens: [token], reading: {}, annotator },
  'imports.run': { tokens: [token], reading: {}, annotator, absent: 'no', conflicts: 'mine' },
  'imports.ended': { tokens: [token] },
  'imports.saveRefused': { id: 1 },
  'imports.undo': { id: 1 },
  'imports.redo': { id: 1 },
  'imports.discard': { tokens: [token] },
  'labels.add': { name: 'another', hypotheses: [] },
  'labels.update': { id: 1, name: 'another' },
  'labels.reorder': { ids: [1] },
  'labels.affected': { id: 1 },
  'labels.unknownTo': { id: 1, annotator },
  'labels.remove': { id: 1 },
  'labels.merge': { from: 1, into: 2 },
  'labels.preview': { labelId: 1, hypotheses: ['it is.'] },
  'annotations.next': { annotator, strategy: 'order', limit: 1, except: [] },
  'annotations.get': { annotator, id: 1 },
  'annotations.text': { id: 1, from: 0 },
  'annotations.decide': decision,
  'annotations.undo': { annotator },
  'annotations.redo': { annotator },
  'annotations.history': { id: 1 },
  'annotations.explain': { id: 1, labelId: 1 },
  'annotations.settleBy': { rule: 'majority' },
  'documents.delete': { annotator, ids: [1] },
  'documents.correct': { annotator, id: 1, text: 'another text' },
  'documents.page': { annotator, filter, sort: 'order', offset: 0, limit: 1 },
  'documents.ids': { annotator, filter },
  'documents.acceptable': { annotator, filter },
  'documents.accept': { annotator, filter },
  'documents.takeBackAccepted': { act: 1 },
  'documents.similar': { id: 1, limit: 1 },
  'training.plan': training,
  'training.start': training,
  'training.resume': { run: 1 },
  'training.rename': { run: 1, name: 'another' },
  'training.activate': { run: 0 },
  'evaluation.drawTestSample': { size: 1 },
  'evaluation.setThreshold': { labelId: 1, threshold: 0.5 },
  'evaluation.setTarget': { labelIds: [1], target: null },
  'exports.data': { format: 'csv', onlyDone: false },
  'exports.model': { run: 1 },
  'settings.removeModel': { name: 'a/b' },
  'settings.useModel': { name: 'default' },
  'settings.chooseClasses': { name: 'default', classes: { entailment: 0, contradiction: 1 } },
  'settings.agreeToModel': { name: 'a/b' },
};
