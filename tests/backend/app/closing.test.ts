import { expect, test, vi } from 'vitest';
import { BackendError } from '../../../backend/errors.ts';
import type { Host } from '../../../backend/index.ts';
import { openProject } from '../../../backend/project/file.ts';
import { learnerOf } from '../../../backend/suggesting/learning/learner.ts';
import { newBackend, openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { suggestToAll } from '../../support/evidence.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const full = () => {
  throw new BackendError('disk_full', 'The disk is full.');
};

/** A backend with a project open, and the path of another one. */
async function withTwo(host: Partial<Host> = {}) {
  const [first, second] = [newProject(), newProject()];
  for (const project of [first, second]) project.close();
  const backend = await newBackend({ host });
  await backend.open(first.path);
  return { workspace: backend.session.workspace, path: first.path, other: second.path };
}

/** Throws where someone still holds it. */
function openAndClose(path: string): number {
  const project = openProject(path);
  const documents = project.stores.documents.count();
  project.close();
  return documents;
}

test('a project whose runs can’t be settled on a full disk is backed up and closed', async () => {
  const { workspace, path } = await withTwo();
  const { project, backups } = workspace.opened();
  addDocuments(project, ['It came late.']);
  vi.spyOn(project.stores.runs, 'all').mockImplementation(full);
  const finish = vi.spyOn(backups, 'finish');
  await workspace.close();
  expect(finish).toHaveBeenCalledOnce();
  expect(project.open).toBe(false);
  expect(openAndClose(path)).toBe(1);
});

test('one whose background work can’t be ended is closed all the same', async () => {
  const { workspace, path, other } = await withTwo();
  const { sources } = workspace.opened();
  vi.spyOn(sources, 'close').mockImplementationOnce(async () => full());
  await workspace.open(other);
  expect(workspace.opened().project.path).toBe(other);
  openAndClose(path);
});

test('a project that is not shown because the one before can’t be closed is not held', async () => {
  const shown: (string | null)[] = [];
  const { workspace, path, other } = await withTwo({ projectChanged: (now) => shown.push(now) });
  const { project } = workspace.opened();
  vi.spyOn(project, 'close').mockImplementationOnce(full);
  await expect(workspace.open(other)).rejects.toMatchObject({ code: 'disk_full' });
  project.close();
  expect(workspace.current).toBe(null);
  // The host's window is not called after a project that is not open any more.
  expect(shown).toEqual([path, null]);
  openAndClose(other);
  await workspace.open(other);
  expect(workspace.opened().project.path).toBe(other);
});

test('who asks what comes next while the project is being closed is told nothing of it', async () => {
  const backend = await openBackend(['shipping']);
  const { workspace } = backend.session;
  const { project } = workspace.opened();
  addDocuments(project, ['It came late.', 'It is cheap.']);
  suggestToAll(project, new Map([[1, 1]]));
  const what = { annotator: 'ann', strategy: 'mix', limit: 2, except: [] };
  // However long closing takes on a busy machine: what was waited for is there once the project is gone.
  const begun = vi.spyOn(learnerOf(project), 'begun').mockImplementation(async () => project.close());
  expect(await clientOf(backend).annotations.next(what)).toEqual([]);
  expect(begun).toHaveBeenCalledOnce();
  await workspace.close();
});
