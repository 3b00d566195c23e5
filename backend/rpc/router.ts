import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/index.ts';
import { type Engine, EngineError } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { annotate } from '../services/annotating.ts';
import { browse } from '../services/browsing.ts';
import { cardOf, nextCards } from '../services/cards.ts';
import { addLabels } from '../services/labels.ts';
import { activateRun, runsOf } from '../services/runs.ts';
import { suggest } from '../services/suggesting.ts';
import { train } from '../services/training.ts';
import { redo, undo } from '../services/undo.ts';
import { eventsOf } from './events.ts';

/** What procedures work with: one open project. */
export interface Session {
  readonly project: Project;
  readonly engine: Engine;
  readonly name: string;
}

const os = implement(contract)
  .$context<Session>()
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw wireError(error);
    }
  });

/** Expected failures cross with their code, sentence and hint; of all others only that there was one. */
function wireError(error: unknown): unknown {
  if (error instanceof ORPCError) return error;
  if (error instanceof BackendError || error instanceof EngineError) {
    const { code, message, hint } = error;
    return new ORPCError('BAD_REQUEST', { message, data: { code, hint: hint ?? null } });
  }
  return new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Something went wrong inside Entail.' });
}

/** The contract's procedures over the services; it knows no transport. */
export const router = os.router({
  project: {
    summary: os.project.summary.handler(({ context: { project, name }, input: { annotator } }) => {
      const page = { annotator, search: '', offset: 0, limit: 1 } as const;
      const count = (status: 'all' | 'done' | 'skipped') => browse(project, { ...page, status }).total;
      const suggested = project.db
        .prepare('SELECT count(DISTINCT document_id) FROM suggestions')
        .pluck()
        .get() as number;
      return {
        name,
        annotator,
        suggested,
        documents: count('all'),
        done: count('done'),
        skipped: count('skipped'),
      };
    }),
  },
  labels: {
    list: os.labels.list.handler(({ context: { project } }) => wireLabels(project.stores.labels.all())),
    add: os.labels.add.handler(({ context: { project }, input: { name, hypothesis } }) => {
      const hypotheses = hypothesis.trim() === '' ? [] : [hypothesis.trim()];
      return wireLabels(addLabels(project, [{ name, hypotheses }]))[0]!;
    }),
  },
  annotations: {
    next: os.annotations.next.handler(({ context: { project }, input }) => nextCards(project, input)),
    get: os.annotations.get.handler(({ context: { project }, input: { annotator, id } }) =>
      cardOf(project, annotator, id),
    ),
    decide: os.annotations.decide.handler(({ context: { project }, input }) => {
      const values = new Map(input.values.map(({ labelId, value }) => [labelId, value]));
      const { annotator, documentIds, status, note, flagged, seconds } = input;
      const annotations = documentIds.map((documentId) => ({
        documentId,
        values,
        status: status ?? statusNow(project, annotator, documentId),
        note,
        flagged,
        seconds,
      }));
      const kind = documentIds.length > 1 ? 'bulk' : 'annotate';
      return { revision: annotate(project, annotator, annotations, kind) ?? null };
    }),
    undo: os.annotations.undo.handler(({ context: { project }, input }) => ({
      documents: undo(project, input.annotator),
    })),
    redo: os.annotations.redo.handler(({ context: { project }, input }) => ({
      documents: redo(project, input.annotator),
    })),
  },
  documents: {
    page: os.documents.page.handler(({ context: { project }, input }) => browse(project, input)),
  },
  suggestions: {
    refresh: os.suggestions.refresh.handler(({ context: { project, engine }, signal }) =>
      eventsOf<{ done: number; total: number }>(signal, async (emit, stop) => {
        await suggest(project, engine, {
          device: 'cpu',
          precision: 'auto',
          signal: stop,
          onProgress: (done, total) => emit({ done, total }),
        });
      }),
    ),
  },
  training: {
    start: os.training.start.handler(({ context: { project, engine }, input, signal }) =>
      eventsOf(signal, async (emit, stop) => {
        const { method, epochs, seed } = input;
        const { run } = await train(project, engine, {
          options: { method, epochs, seed },
          device: 'cpu',
          listener: {
            signal: stop,
            onStart: (id, warnings) => emit({ kind: 'start', run: id, warnings: [...warnings] }),
            onStep: ({ step, steps, loss, examplesPerSecond }) =>
              emit({ kind: 'step', step, steps, loss, pairsPerSecond: examplesPerSecond }),
            onEvaluation: ({ epoch, step, macroF1 }) => emit({ kind: 'evaluation', epoch, step, macroF1 }),
            onRestart: () => emit({ kind: 'restart' }),
          },
        });
        emit({ kind: 'done', run });
      }),
    ),
    runs: os.training.runs.handler(({ context: { project } }) => runsOf(project)),
    activate: os.training.activate.handler(({ context: { project }, input: { run } }) => ({
      active: activateRun(project, run),
    })),
  },
});

const wireLabels = (labels: ReturnType<Project['stores']['labels']['all']>) =>
  labels.map((label) => ({ ...label, hypotheses: [...label.hypotheses] }));

/** A decision on a new document makes it a draft; others keep their state. */
function statusNow({ stores: { annotations } }: Project, annotator: string, documentId: number) {
  const state = annotations.state(documentId, annotations.annotatorId(annotator));
  return state === undefined || state.status === 'new' ? 'draft' : state.status;
}
