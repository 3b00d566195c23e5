import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { addDocuments, newProject } from '../../support/project.ts';

export const hash = (path: string) =>
  existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'none';
export const state = (path: string) => [hash(path), hash(`${path}-wal`), readdirSync(dirname(path)).join()];
export const decide = (project: Project, id: number) =>
  annotate(project, 'ada', [decided(id, { yes: [1], no: [2] })]);
export const done = (project: Project) =>
  project[DATABASE].prepare('SELECT DISTINCT document_id FROM decisions ORDER BY 1').pluck().all();

export function saved(): string {
  const project = newProject();
  addDocuments(
    project,
    Array.from({ length: 40 }, (_, i) => `text ${i}`),
  );
  project.close();
  return project.path;
}

/** Decides on documents and is killed: the answered decisions are in the log. */
export function killedAfter(path: string, first: number, count: number): void {
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, '../../../backend', file));
  const script = `
    const { openProject } = await import(${from('project/file.ts')});
    const { annotate, decided } = await import(${from('annotating/annotating.ts')});
    const p = openProject(${JSON.stringify(path)});
    for (let i = 0; i < ${count}; i++) annotate(p, 'ada', [decided(${first} + i, { yes: [1], no: [2] })]);
    process.kill(process.pid, 'SIGKILL');`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
}

export function expectRefused(path: string, code: string): void {
  const before = state(path);
  expect(() => openProject(path, { badLog: 'refuse' })).toThrow(expect.objectContaining({ code }));
  expect(state(path)).toEqual(before);
  checkProject(path);
  expect(state(path)).toEqual(before);
}
