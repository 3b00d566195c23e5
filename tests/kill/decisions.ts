import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addLabels } from '../../backend/labels/labels.ts';
import { checkProject } from '../../backend/project/check.ts';
import { createProject } from '../../backend/project/file.ts';
import { createRandom } from '../../engine/index.ts';
import { addDocuments } from '../support/project.ts';
import { writeTinyModel } from '../support/tinyModel.ts';
import { type HostProcess, startHost } from './hostProcess.ts';
import { type CopyReport, judgeCopy, Ledger, takeCopy } from './ledger.ts';

export interface KillOptions {
  readonly decisions: number;
  readonly kills: number;
  /** Sessions that go on for so long without a kill, in ms, so that copies of busy files grow old. */
  readonly long: readonly number[];
  readonly seed: number;
  readonly onKill?: (text: string) => void;
}

export interface KillReport {
  readonly seed: number;
  readonly acts: number;
  readonly decisions: number;
  readonly undos: number;
  readonly imports: number;
  readonly kills: Record<'host' | 'engine' | 'group', number>;
  readonly refusedUnexpectedly: string[];
  readonly lost: number;
  readonly problems: string[];
  readonly copies: CopyReport;
  readonly seconds: number;
}

const DOCUMENTS = 300;
const KINDS = ['host', 'engine', 'group'] as const;

/** Decides, undoes, decides in bulk and imports over the host's own interface, kills and copies at random moments. */
export async function killAndCompare(options: KillOptions): Promise<KillReport> {
  const started = Date.now();
  const dir = mkdtempSync(join(tmpdir(), 'entail-kill-'));
  try {
    const { path, env } = prepare(dir);
    const run = createRun({ path, env, dir }, options);
    const problems: string[] = [];
    let lost = 0;
    for (let session = 0; !run.done(); session++) {
      await run.session(options.long[session - 5]);
      const before = checkProject(path);
      problems.push(...before.problems);
      const copy = takeCopy(path, join(dir, 'after.entail'), true);
      judgeCopy(run.ledger, copy, { ...run.copies, unsound: problems });
      lost = run.copies.missing;
      options.onKill?.(`${run.ledger.decisions} decisions, ${JSON.stringify(run.kills)}, missing ${lost}`);
    }
    const host = await startHost(path, env);
    await host.close();
    return {
      seed: options.seed,
      acts: run.ledger.entries.length,
      decisions: run.ledger.decisions,
      undos: run.ledger.undos,
      imports: run.ledger.entries.filter(({ prefix }) => prefix !== undefined).length,
      kills: run.kills,
      refusedUnexpectedly: run.refused,
      lost: run.ledger.missing(path),
      problems: [...problems, ...checkProject(path).problems],
      copies: run.copies,
      seconds: Math.round((Date.now() - started) / 1000),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function prepare(dir: string): { path: string; env: NodeJS.ProcessEnv } {
  const model = join(dir, 'model');
  writeTinyModel(model);
  const home = join(dir, 'home');
  mkdirSync(home);
  const path = join(dir, 'killed.entail');
  const project = createProject(path);
  addLabels(
    project,
    ['shipping', 'price', 'quality'].map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  addDocuments(
    project,
    Array.from({ length: DOCUMENTS }, (_, i) => `text ${i} about what came, and when`),
  );
  project.close();
  return { path, env: { ...process.env, ENTAIL_HOME: home, ENTAIL_DEFAULT_MODEL: model } };
}

function createRun(
  { path, env, dir }: { path: string; env: NodeJS.ProcessEnv; dir: string },
  options: KillOptions,
) {
  const ledger = new Ledger();
  const random = createRandom(options.seed);
  const kills = { host: 0, engine: 0, group: 0 };
  const refused: string[] = [];
  const copies: CopyReport = { taken: 0, logNotFitting: 0, unsound: [], tooOld: 0, missing: 0, oldest: 0 };
  const total = () => kills.host + kills.engine + kills.group;
  const perKill = Math.ceil(options.decisions / options.kills);
  let imports = 0;
  let copied = 0;

  const act = async ({ client }: HostProcess) => {
    const dice = random.uniform();
    if (dice < 0.1) {
      const { documents } = await client.annotations.undo({ annotator: 'ada' });
      // Nothing is left to undo: then nothing was written.
      if (documents.length > 0) ledger.undone();
    } else if (dice < 0.12) {
      const prefix = `i${++imports}`;
      const rows = Array.from({ length: 30 }, (_, i) => `${prefix}-${i},imported ${prefix} ${i}`);
      const bytes = Buffer.from(`id,text\n${rows.join('\n')}\n`);
      const { token } = await client.imports.begin({ name: 'rows.csv', bytes: bytes.length });
      await client.imports.append({ token, offset: 0, chunk: new File([bytes], 'rows.csv') });
      const events = await client.imports.run({
        tokens: [token],
        reading: {},
        annotator: 'ada',
        absent: 'no',
        conflicts: 'mine',
      });
      for await (const event of events) if (event.kind === 'done') ledger.imported(prefix, event.added);
    } else {
      const count = dice < 0.16 ? 10 + random.integer(20) : 1;
      const first = 1 + random.integer(DOCUMENTS - count);
      const documents = Array.from({ length: count }, (_, i) => first + i);
      const value = random.uniform() < 0.5 ? 'yes' : 'no';
      const labelId = 1 + random.integer(3);
      const { revision } = await client.annotations.decide({
        annotator: 'ada',
        documentIds: documents,
        values: [{ labelId, value }],
        status: 'done',
      });
      if (revision !== null) ledger.decided(revision, documents, labelId, value);
    }
  };

  const copyNow = () => {
    const copy = takeCopy(path, join(dir, `copy${++copied}.entail`), random.uniform() < 0.5);
    Object.assign(copies, { taken: copied });
    judgeCopy(ledger, copy, copies);
  };

  return {
    ledger,
    kills,
    refused,
    copies,
    done: () => ledger.decisions >= options.decisions && total() >= options.kills,
    /** From a start to a kill of the host or the group; engines may be killed on the way. */
    async session(long = 0) {
      const host = await startHost(path, env);
      const goal = ledger.decisions + perKill * (0.3 + 1.4 * random.uniform());
      const until = Date.now() + long;
      let dying = false;
      const work = (async () => {
        while (!dying) {
          try {
            await act(host);
          } catch (error) {
            if (!dying) refused.push(error instanceof Error ? error.message : String(error));
            if (!dying) await delay(50);
          }
          if (long > 0) await delay(20);
        }
      })();
      for (let copiesLeft = long > 0 ? 30 : 1; ledger.decisions < goal || Date.now() < until; ) {
        await delay(long > 0 ? 400 + random.integer(1500) : 20 + random.integer(80));
        if (copiesLeft-- > 0) copyNow();
        if (kills.engine < options.kills / 3 && random.uniform() < 0.5 && (await host.kill('engine'))) {
          kills.engine += 1;
        }
        if (refused.length > 100) throw new Error(`Too much is refused: ${refused[0]}`);
      }
      await delay(random.integer(30));
      dying = true;
      const what = KINDS[kills.host <= kills.group ? 0 : 2];
      await host.kill(what);
      kills[what] += 1;
      await work;
    },
  };
}

if (import.meta.filename === process.argv[1]) {
  const [decisions = '10000', kills = '200', seed = String(Date.now() % 1e6)] = process.argv.slice(2);
  const report = await killAndCompare({
    decisions: Number(decisions),
    kills: Number(kills),
    long: Number(kills) >= 100 ? [45_000, 45_000] : [],
    seed: Number(seed),
    onKill: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const bad = report.lost + report.problems.length + report.copies.unsound.length + report.copies.tooOld;
  process.exitCode = bad + report.copies.missing > 0 ? 1 : 0;
}
