import { expect, test } from 'vitest';
import { train } from '../../../backend/training/train.ts';
import { EngineError } from '../../../engine/index.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { annotatedProject } from '../../support/learning.ts';
import { newProject } from '../../support/project.ts';

/** A backend with an annotated project open in which a training has begun that ends only when it is stopped. */
async function whileTraining() {
  const { project, engine } = annotatedProject();
  const { path } = project;
  project.close();
  const other = newProject();
  other.close();
  const backend = await newBackend();
  await backend.open(path);
  const { workspace } = backend.session;
  const { training, project: open } = workspace.opened();
  const untilStopped: typeof engine.train = (_request, listener) =>
    new Promise((_, reject) => {
      listener?.signal?.addEventListener('abort', () =>
        reject(new EngineError('cancelled', 'Stopped on request.')),
      );
    });
  const begin = () =>
    training.start((listener) =>
      train(
        open,
        { ...engine, train: untilStopped },
        { options: { epochs: 1, seed: 1 }, device: 'cpu', listener },
      ),
    );
  await begin();
  return { backend, api: clientOf(backend), workspace, path, other: other.path };
}

test('a project in which a training runs is left only by who was told that it stops', async () => {
  const { backend, api, workspace, path, other } = await whileTraining();
  const { name } = workspace.opened();
  const stops = { data: { code: 'work_would_stop', params: { work: 'training', name } } };
  const [recent] = await api.projects.recent();
  await backend.open(path);
  await expect(backend.open(other)).rejects.toMatchObject({ code: 'work_would_stop' });
  for (const leave of [
    () => api.projects.close(),
    () => api.projects.create({ name: 'Another' }),
    () => api.projects.sample(),
  ])
    await expect(leave()).rejects.toMatchObject(stops);
  expect(workspace.now).toMatchObject({ project: name, token: recent!.token });
  expect(workspace.opened().training.running).toBe(true);

  await api.projects.create({ name: 'Another', anyway: true });
  expect(workspace.now.project).toBe('Another');
  await api.projects.open({ token: recent!.token });
  expect((await api.training.runs()).map(({ status, error }) => ({ status, error }))).toEqual([
    { status: 'cancelled', error: 'Stopped because another project was opened.' },
  ]);
});

test('a run says whether the project was closed or someone stopped it', async () => {
  const { backend, api, workspace, path } = await whileTraining();
  await api.projects.close({ anyway: true });
  await backend.open(path);
  expect((await api.training.runs())[0]?.error).toBe('Stopped because the project was closed.');

  const asked = await whileTraining();
  await asked.api.training.cancel();
  await asked.workspace.opened().training.settled();
  expect((await asked.api.training.runs())[0]?.error).toBe('Stopped on request.');
  await asked.api.projects.close();
  expect(workspace.now.project).not.toBeNull();
});

test('an import under way is asked about, and ends before its project closes', async () => {
  const backend = await newBackend();
  const project = newProject();
  project.close();
  await backend.open(project.path);
  const api = clientOf(backend);
  const { imports } = backend.session.workspace.opened();
  const ended: boolean[] = [];
  const importing = imports.run(
    { tokens: [], signal: new AbortController().signal },
    ({ stop }) => new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve())),
  );
  void importing.then(() => ended.push(backend.session.workspace.current === null));
  await expect(api.projects.close()).rejects.toMatchObject({
    data: { code: 'work_would_stop', params: { work: 'import' } },
  });
  await api.projects.close({ anyway: true });
  expect(ended).toEqual([true]);
});
