import { onTestFinished } from 'vitest';
import { type Backend, createBackend, type Host } from '../../backend/index.ts';
import { createEngine } from '../../engine/index.ts';
import { createWebHost } from '../../web/host.ts';
import { newProject } from './project.ts';
import { temporaryFolder } from './temporary.ts';

/** A backend with a home of its own; closed, with its engine, when the test is over. */
export async function newBackend({ host }: { host?: Partial<Host> } = {}): Promise<Backend> {
  const home = temporaryFolder();
  const engine = createEngine();
  const backend = await createBackend({ ...createWebHost(home), ...host }, { engine, home });
  onTestFinished(async () => {
    await backend.close();
    await engine.close();
  });
  return backend;
}

/** A backend that has a new project with these labels open. */
export async function openBackend(labels?: readonly string[]): Promise<Backend> {
  const backend = await newBackend();
  const project = newProject(labels);
  project.close();
  await backend.open(project.path);
  return backend;
}
