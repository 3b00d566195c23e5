import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importFiles } from '../backend/importing/importing.ts';
import { createProject, openProject } from '../backend/project/file.ts';

/**
 * Imports made-up documents and says how long it took, how much memory it needed beside the documents before it, and
 * how long the project takes to open.
 *
 *   node bench/import.ts [--documents 100000]
 */
const { values } = parseArgs({ options: { documents: { type: 'string', default: '100000' } } });
const count = Number(values.documents);
const dir = mkdtempSync(join(tmpdir(), 'entail-import-'));
try {
  const file = join(dir, 'documents.csv');
  const row = (i: number) =>
    `d${i},"Document ${i}: a short text about nothing in particular, with a comma.",${i % 3 === 0 ? 1 : 0}`;
  writeFileSync(file, `id,text,late\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`);
  const path = join(dir, 'p.entail');
  const project = createProject(path);
  const memory: number[] = [];
  const started = performance.now();
  await importFiles(project, {
    files: [file],
    absent: 'no',
    annotator: 'bench',
    onProgress: () => memory.push(process.memoryUsage().rss),
  });
  const seconds = (performance.now() - started) / 1000;
  project.close();
  const opening = performance.now();
  openProject(path).close();
  const result = {
    documents: count,
    seconds: round(seconds),
    perSecond: Math.round(count / seconds),
    rssAfterTenth: megabytes(memory[Math.floor(memory.length / 10)]!),
    rssAtMost: megabytes(Math.max(...memory)),
    openSeconds: round((performance.now() - opening) / 1000),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
