import { writeSync } from 'node:fs';
import { openProject } from '../backend/project/file.ts';
import { suggest } from '../backend/suggesting/suggesting.ts';
import { createEngine } from '../engine/index.ts';

/** Suggests for a project and prints, after each chunk that is saved, its progress and memory. Killed by suggest-100k.ts. */
const [path = '', model = ''] = process.argv.slice(2);
const project = openProject(path);
const engine = createEngine();
await suggest(project, engine, {
  model,
  device: 'cpu',
  precision: 'auto',
  onProgress: (done, total) => {
    const line = { done, total, rss: process.memoryUsage().rss, enginePid: engine.pid ?? null };
    writeSync(1, `${JSON.stringify(line)}\n`);
  },
});
await engine.close();
project.close();
