import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { annotate, decided } from '../backend/annotating/annotating.ts';
import { browse } from '../backend/documents/browsing.ts';
import { importFiles } from '../backend/importing/importing.ts';
import { addLabels } from '../backend/labels/labels.ts';
import { createProject, openProject, type Project } from '../backend/project/file.ts';
import { createRandom } from '../engine/index.ts';
import { spread } from './spread.ts';

/** What a project of this size costs; milliseconds are medians, of an open project. */
export interface ProjectCosts {
  readonly documents: number;
  readonly importSeconds: number;
  readonly openMs: number;
  readonly firstPageMs: number;
  readonly lastPageMs: number;
  readonly searchMs: number;
  readonly decideMs: number;
  readonly countStaleMs: number;
  readonly fileMegabytes: number;
}

const REPEATS = 7;
const FILTER = { search: '', status: 'all' } as const;
const PAGE = { annotator: 'bench', filter: FILTER, sort: 'order', limit: 50 } as const;
const WORDS =
  'parcel late price high colour nice broken refund support answer quick slow cheap strong quiet'.split(' ');

/** Imports made-up documents into a project of its own and does what the interface does. */
export async function projectCosts(documents: number): Promise<ProjectCosts> {
  const dir = mkdtempSync(join(tmpdir(), 'entail-project-'));
  try {
    const path = join(dir, 'p.entail');
    const file = join(dir, 'documents.csv');
    writeDocuments(file, documents);
    const created = createProject(path);
    addLabels(
      created,
      ['delivery', 'price', 'quality'].map((name) => ({ name, hypotheses: [`This text is about ${name}.`] })),
    );
    const started = performance.now();
    await importFiles(created, { files: [file], format: 'auto', absent: 'no', annotator: 'bench' });
    const importSeconds = (performance.now() - started) / 1000;
    created.close();
    const openMs = medianMs(() => openProject(path).close());
    const project = openProject(path);
    try {
      return {
        documents,
        importSeconds,
        openMs,
        ...operations(project, documents),
        fileMegabytes: sizeOf(path),
      };
    } finally {
      project.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function operations(project: Project, documents: number) {
  const labels = project.stores.labels.all().map(({ id }) => id);
  const { evidence } = project.stores;
  const own = {
    kind: 'model',
    name: 'bench',
    digest: '',
    precision: '',
    wording: '[]',
    fusion: null,
  } as const;
  const scorers = project.write(() => labels.map((labelId) => evidence.scorerId({ labelId, ...own })));
  const wanted = { scorers, labels: labels.length };
  const random = createRandom(3);
  const decide = () => {
    const id = 1 + random.integer(documents);
    annotate(project, 'bench', [decided(id, { yes: labels.slice(0, 1), no: labels.slice(1) })]);
  };
  return {
    firstPageMs: medianMs(() => browse(project, { ...PAGE, offset: 0 })),
    lastPageMs: medianMs(() => browse(project, { ...PAGE, offset: Math.max(0, documents - PAGE.limit) })),
    searchMs: medianMs(() =>
      browse(project, { ...PAGE, filter: { ...FILTER, search: 'number 777' }, offset: 0 }),
    ),
    decideMs: medianMs(decide),
    countStaleMs: medianMs(() => evidence.countStale(wanted, { after: 0, last: Number.MAX_SAFE_INTEGER })),
  };
}

function writeDocuments(file: string, documents: number): void {
  const random = createRandom(2);
  const word = () => WORDS[random.integer(WORDS.length)]!;
  const row = (i: number) => `d${i},"number ${i}: ${Array.from({ length: 20 }, word).join(' ')}"`;
  writeFileSync(file, `id,text\n${Array.from({ length: documents }, (_, i) => row(i)).join('\n')}\n`);
}

function medianMs(work: () => void): number {
  const times = Array.from({ length: REPEATS }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return spread(times).median;
}

const sizeOf = (path: string) => statSync(path).size / 2 ** 20;
