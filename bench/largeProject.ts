import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createBackend, router } from '../backend/index.ts';
import { createEngine } from '../engine/index.ts';
import { createWebHost } from '../web/host.ts';
import { makeLargeProject } from './makeLargeProject.ts';

/**
 * How long the backend takes with 100,000 documents, procedure by procedure, in ms: `node bench/largeProject.ts [FILE]`
 * (a project of `makeLargeProject`; made where it is missing). CPU time beside it, since other programs disturb.
 */
const work = mkdtempSync(join(tmpdir(), 'entail-large-'));
const given = process.argv[2];
const path = join(work, 'large.entail');
if (given !== undefined && existsSync(given)) copyFileSync(given, path);
else makeLargeProject(path);

const engine = createEngine();
const home = join(work, 'home');
const backend = await createBackend(createWebHost(home), { engine, home });
const api = createRouterClient(router, { context: backend.session });
const annotator = 'ada';

async function measure(what: string, times: number, run: (i: number) => Promise<unknown>): Promise<void> {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let i = 0; i < times; i++) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    await run(i);
    walls.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1000);
  }
  const at = (values: number[], share: number) =>
    values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
  const [median, p95, cpu] = [at(walls, 0.5), at(walls, 0.95), at(cpus, 0.95)].map((ms) =>
    ms.toFixed(1).padStart(8),
  );
  process.stdout.write(`${what.padEnd(28)} median ${median}  p95 ${p95}  cpu ${cpu}\n`);
}

const page = (filter: object, sort: 'order' | 'longest' | 'suggestion' | 'uncertain' = 'order', offset = 0) =>
  api.documents.page({
    annotator,
    filter: { search: '', status: 'all', ...filter },
    sort,
    offset,
    limit: 50,
  });

try {
  await measure('open', 1, () => backend.open(path));
  await measure('summary', 20, () => api.project.summary({ annotator }));
  await measure('first page', 1, () => page({}));
  await measure('page far down', 20, (i) => page({}, 'order', 4000 * i));
  const typed = [
    'b',
    'ba',
    'bab',
    'babe',
    'k',
    'ko',
    'kol',
    'lo',
    'lo ma',
    'ta ko',
    's',
    'su',
    'sura',
    'mo',
    'no ta',
  ];
  await measure('search as you type', typed.length * 3, (i) => page({ search: typed[i % typed.length] }));
  await measure('status done', 10, (i) => page({ status: i % 2 ? 'done' : 'new' }));
  await measure('suggested above 0.8', 10, (i) => page({ suggested: { labelId: 1 + i, from: 0.8, to: 1 } }));
  await measure('decided yes', 10, (i) => page({ decided: { labelId: 1 + i, value: 'yes' } }));
  await measure('disagreement', 4, (i) => page({ disagreement: true, status: i % 2 ? 'done' : 'all' }));
  await measure('duplicates', 4, (i) => page({ duplicates: true, status: i % 2 ? 'new' : 'all' }));
  for (const sort of ['longest', 'suggestion', 'uncertain'] as const) {
    await measure(`sort by ${sort}`, 4, (i) => page({ status: i % 2 ? 'new' : 'all' }, sort));
  }
  await measure('toggle', 60, (i) =>
    api.annotations.decide({
      annotator,
      documentIds: [50_000 + i],
      values: [{ labelId: 1 + (i % 10), value: 'yes' }],
    }),
  );
  await measure('undo', 20, () => api.annotations.undo({ annotator }));
  for (const strategy of ['mix', 'uncertainty', 'random', 'order', 'disagreement'] as const) {
    await measure(`first next: ${strategy}`, 1, () =>
      api.annotations.next({ annotator, strategy, limit: 5, except: [] }),
    );
    await measure(`next and done: ${strategy}`, 20, async () => {
      const [card] = await api.annotations.next({ annotator, strategy, limit: 5, except: [] });
      await api.annotations.decide({
        annotator,
        documentIds: [card!.id],
        values: [{ labelId: 1, value: 'no' }],
        status: 'done',
      });
    });
  }
  await measure('bulk of 10,000', 1, async () => {
    const { ids } = await api.documents.ids({ annotator, filter: { search: '', status: 'new' } });
    await api.annotations.decide({ annotator, documentIds: ids, values: [{ labelId: 2, value: 'yes' }] });
  });
  await measure('undo of 10,000', 1, () => api.annotations.undo({ annotator }));
  await measure('suggestions stale', 2, () => api.suggestions.stale());
  await measure('evaluation', 2, () => api.evaluation.get());
  await measure('close', 1, () => backend.close());
} finally {
  await engine.close();
  rmSync(work, { recursive: true, force: true });
}
