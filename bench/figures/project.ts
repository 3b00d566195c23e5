import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomSample } from '../../backend/choosing/randomSample.ts';
import { measuredOn } from '../../backend/evaluating/evaluation.ts';
import { evaluateOn } from '../../backend/evaluating/goldFile.ts';
import { judgedDocuments } from '../../backend/evaluating/judging.ts';
import { type Backend, createBackend } from '../../backend/index.ts';
import { createProject, type Project } from '../../backend/project/file.ts';
import { learntReading } from '../../backend/suggesting/learning/learntReading.ts';
import type { Engine, Metrics } from '../../engine/index.ts';
import { clientOf } from '../../tests/support/client.ts';
import { createWebHost } from '../../web/host.ts';
import type { DataSet } from './dataSet.ts';

export const ANNOTATOR = 'Known Answers';

/** A project of its own that has the documents of a data set, open in a backend of its own. */
export interface FiguresProject {
  readonly backend: Backend;
  readonly api: ReturnType<typeof clientOf>;
  /** The open project. */
  project(): Project;
  workspace(): ReturnType<Backend['session']['workspace']['opened']>;
  /** What the model that suggests now does on the unseen documents, at the thresholds in use. */
  truth(engine: Engine): Promise<Metrics>;
  /** What each document says that figures could rest on. */
  cells(): Promise<CellsOfDocument[]>;
  /** Which labels somebody decided otherwise than the known answers have it. */
  slips(): number;
  close(): Promise<void>;
}

/** A letter a label: T rightly suggested, f wrongly, m missed, n rightly not; a dot: undecided or not scored. */
export interface CellsOfDocument {
  readonly measured: boolean;
  readonly random: boolean;
  readonly cells: string;
}

export async function figuresProject(data: DataSet, engine: Engine): Promise<FiguresProject> {
  const home = mkdtempSync(join(tmpdir(), 'entail-figures-'));
  process.env.ENTAIL_HOME = home;
  const backend = await createBackend(createWebHost(home), { engine, home });
  mkdirSync(join(home, 'projects'), { recursive: true });
  const path = join(home, 'projects', 'figures.entail');
  createProject(path).close();
  await backend.open(path);
  const api = clientOf(backend);
  const texts = data.pool.map(({ id, text }) => `${JSON.stringify({ id, text })}\n`).join('');
  const bytes = Buffer.from(texts);
  const { token } = await api.imports.begin({ name: 'documents.jsonl', bytes: bytes.length });
  await api.imports.append({ token, offset: 0, chunk: new File([bytes], 'documents.jsonl') });
  const events = await api.imports.run({
    tokens: [token],
    reading: {},
    annotator: ANNOTATOR,
    conflicts: 'mine',
  });
  for await (const _ of events);
  const unseen = join(home, 'unseen.jsonl');
  writeFileSync(unseen, data.unseen.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const workspace = () => backend.session.workspace.opened();
  const project = () => workspace().project;
  return {
    backend,
    api,
    project,
    workspace,
    async truth(free) {
      const run = project().stores.settings.get('activeRun');
      const learnt = (await learntReading(project())) !== undefined;
      return evaluateOn(project(), free, {
        file: unseen,
        absent: 'no',
        threshold: run > 0 || learnt ? 'tuned' : 0.5,
        device: 'cpu',
        precision: 'auto',
      });
    },
    cells: () => cellsOf(project()),
    slips() {
      const { annotations, documents, labels } = project().stores;
      const gold = new Map(data.pool.map((row) => [row.id, new Set(row.labels)]));
      const names = new Map(labels.all().map(({ id, name }) => [id, name]));
      let slips = 0;
      for (const { id: annotator } of annotations.annotators()) {
        for (const [documentId, labelId, value] of [...annotations.decidedBy(annotator)]) {
          const yes = gold.get(documents.get(documentId)!.externalId!)!.has(names.get(labelId)!);
          if (value !== (yes ? 'yes' : 'no')) slips += 1;
        }
      }
      return slips;
    },
    async close() {
      await backend.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function cellsOf(project: Project): Promise<CellsOfDocument[]> {
  const { labels: labelStore, runs, settings } = project.stores;
  const labels = labelStore.all();
  const run = settings.get('activeRun');
  const all = await judgedDocuments(project, labels);
  const measured = new Set(measuredOn(project, all).documents.map(({ id }) => id));
  const heldOut = new Set(runs.get(run)?.heldOutAtRandom ? runs.heldOut(run) : []);
  const inSample = randomSample(project);
  return all
    .filter(({ from }) => run === 0 || from !== 'before')
    .map(({ id, decided, gold, scores, thresholds }) => ({
      measured: measured.has(id),
      random: heldOut.has(id) || inSample(id),
      cells: labels
        .map((_, i) => {
          if (decided[i] !== 1) return '.';
          const suggested = scores[i]! >= thresholds[i]!;
          return gold[i] === 1 ? (suggested ? 'T' : 'm') : suggested ? 'f' : 'n';
        })
        .join(''),
    }));
}
