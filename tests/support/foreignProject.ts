import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openProject, type Project } from '../../backend/project/file.ts';
import { fullProject } from '../fuzz/project-fields.ts';
import { temporaryFolder } from './temporary.ts';

/** A project into which something else than Entail wrote; its path. */
export function altered(write: (db: Database.Database) => void): string {
  const path = join(temporaryFolder(), 'foreign.entail');
  fullProject(path);
  const db = new Database(path);
  db.pragma('ignore_check_constraints = 1');
  db.pragma('foreign_keys = 0');
  write(db);
  db.close();
  return path;
}

/** A project that is open until the test ends. */
export function opened(path: string): Project {
  const project = openProject(path);
  onTestFinished(() => project.close());
  return project;
}
