import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { addLabels } from '../backend/labels/labels.ts';
import { checkProject } from '../backend/project/check.ts';
import { createProject, openProject } from '../backend/project/file.ts';
import { createRandom } from '../engine/index.ts';
import { writeTinyModel } from '../tests/support/tinyModel.ts';
import { spread } from './spread.ts';

/**
 * Suggests for a large project, killed with SIGKILL in the middle again and again, and says whether it went on where it
 * was and whether memory stayed flat.
 *
 *   node bench/suggest-100k.ts [--documents 100000] [--labels 10] [--kills 3] [--model FOLDER]
 *
 * Without --model a very small one, so that what is measured is Entail and not the model. Memory of the engine's process
 * is sampled where there is /proc. Prints one JSON document; the exit code is 1 when something was lost or done twice.
 */
const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    labels: { type: 'string', default: '10' },
    kills: { type: 'string', default: '3' },
    model: { type: 'string' },
  },
});
const documents = Number(values.documents);
const labels = Number(values.labels);
const kills = Number(values.kills);
const SEED = 11;
/** What one run may have scored but not yet reported when it was killed: chunks that were being saved. */
const CHUNKS_IN_FLIGHT = 4;
const CHUNK = 64;

const Progress = z.object({
  done: z.number(),
  total: z.number(),
  rss: z.number(),
  enginePid: z.number().nullable(),
});
type Progress = z.infer<typeof Progress>;

interface Run {
  /** Documents scored and saved, as the run itself said. */
  readonly acknowledged: number;
  readonly total: number;
  readonly killed: boolean;
  readonly backendMegabytes: number[];
  readonly engineMegabytes: number[];
  /** Seconds until the engine of a killed run was gone. */
  readonly engineGone: number | null;
}

const dir = mkdtempSync(join(tmpdir(), 'entail-100k-'));
try {
  const model = values.model === undefined ? join(dir, 'tiny') : resolve(values.model);
  if (values.model === undefined) writeTinyModel(model);
  const path = join(dir, 'large.entail');
  fillProject(path);
  const started = performance.now();
  const runs: Run[] = [];
  for (let k = 0; k <= kills; k++) {
    const until = k < kills ? Math.floor(documents / (kills + 1)) : Number.POSITIVE_INFINITY;
    runs.push(await runUntil(path, model, until));
  }
  const seconds = (performance.now() - started) / 1000;
  const report = { documents, labels, seconds: round(seconds), ...judge(path, runs) };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

function fillProject(path: string): void {
  const words = 'the parcel came late price is high about shipping and nice colour'.split(' ');
  const random = createRandom(SEED);
  const project = createProject(path);
  const names = Array.from({ length: labels }, (_, i) => `label ${i + 1}`);
  addLabels(
    project,
    names.map((name, i) => ({ name, hypotheses: [`this is about ${words[i % words.length]} .`] })),
  );
  const text = (i: number) =>
    `${i} ${Array.from({ length: 5 + random.integer(25) }, () => words[random.integer(words.length)]!).join(' ')}`;
  for (let from = 0; from < documents; from += 5000) {
    project.write(() => {
      for (let i = from; i < Math.min(from + 5000, documents); i++) {
        const document = {
          externalId: `d${i}`,
          text: text(i),
          meta: new Map(),
          split: null,
          source: 'bench',
        };
        project.stores.documents.add(document, '2026-01-01T00:00:00.000Z');
      }
    });
  }
  project.close();
}

/** Runs until so many documents are scored, then kills it -9; a run that is not killed goes to the end. */
async function runUntil(path: string, model: string, until: number): Promise<Run> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'suggestOnce.ts'), path, model], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const backendMegabytes: number[] = [];
  const engineMegabytes: number[] = [];
  let last: Progress | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Progress.parse(JSON.parse(line));
    backendMegabytes.push(last.rss / 2 ** 20);
    const engine = residentMegabytes(last.enginePid);
    if (engine !== undefined) engineMegabytes.push(engine);
    if (last.done >= until) child.kill('SIGKILL');
  }
  await ended;
  return {
    acknowledged: last?.done ?? 0,
    total: last?.total ?? 0,
    killed: child.signalCode === 'SIGKILL',
    backendMegabytes,
    engineMegabytes,
    engineGone: await secondsUntilGone(last?.enginePid ?? null),
  };
}

function residentMegabytes(pid: number | null): number | undefined {
  const path = `/proc/${pid}/status`;
  const found = existsSync(path) ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  return found === undefined ? undefined : Number(found) / 1024;
}

async function secondsUntilGone(pid: number | null): Promise<number | null> {
  if (pid === null) return null;
  const started = performance.now();
  while (performance.now() - started < 30_000) {
    if (!isRunning(pid)) return round((performance.now() - started) / 1000);
    await sleep(50);
  }
  return null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function judge(path: string, runs: readonly Run[]) {
  const problems: string[] = checkProject(path).problems.map(String);
  const project = openProject(path);
  const { labels: labelStore, evidence } = project.stores;
  const stored = labelStore.all().reduce((sum, { id }) => sum + evidence.countOf(id), 0);
  project.close();
  if (stored !== documents * labels) problems.push(`${stored} suggestions instead of ${documents * labels}`);
  runs.slice(1).forEach((run, i) => {
    const left = runs[i]!.total - runs[i]!.acknowledged;
    if (run.total > left) problems.push(`run ${i + 2} repeats ${run.total - left} documents that were saved`);
    if (run.total < left - CHUNKS_IN_FLIGHT * CHUNK) problems.push(`run ${i + 2} leaves out documents`);
  });
  for (const [i, run] of runs.entries()) {
    if (run.killed && run.engineGone === null) problems.push(`the engine of run ${i + 1} outlived it`);
  }
  const last = runs.at(-1)!;
  return {
    kills: runs.filter(({ killed }) => killed).length,
    runs: runs.map(({ acknowledged, total, engineGone }) => ({ acknowledged, total, engineGone })),
    backendMegabytes: growthOf(last.backendMegabytes),
    engineMegabytes: growthOf(last.engineMegabytes),
    problems,
  };
}

/** Middle values of the second and the last quarter of a run: equal when memory is flat. */
function growthOf(samples: readonly number[]) {
  const part = (from: number, to: number) =>
    samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length));
  if (samples.length < 8) return null;
  return {
    secondQuarter: round(spread(part(0.25, 0.5)).median),
    lastQuarter: round(spread(part(0.75, 1)).median),
    most: round(spread(samples).max),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
