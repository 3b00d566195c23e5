import type { SuggestionProgress } from '../../contract/index.ts';
import type { Engine } from '../../engine/index.ts';
import { createEventLog, type EventLog } from '../machine/eventLog.ts';
import { awaitsConsent } from '../models/agreed.ts';
import type { Project } from '../project/file.ts';
import { removeDamaged } from './damage.ts';
import { embedDocuments, embedTuned } from './embedding.ts';
import { learnerOf } from './learning/learner.ts';
import { createPace } from './pace.ts';
import { suggest } from './suggesting.ts';
import { readUntrained } from './untrained.ts';

/** Keeps suggestions fresh in the background; stopped, it goes on where it was. */
export interface RefreshJob {
  /** Starts, or tells the one under way which documents come first; then its progress. */
  watch(first: readonly number[], signal?: AbortSignal): AsyncGenerator<SuggestionProgress, void, void>;
  /** Starts after something changed; what is under way starts over, since it may work with old sentences. */
  restart(): void;
  /** false when it was not running. */
  stop(): boolean;
  readonly running: boolean;
  /** How much longer it takes at the pace so far; 0: it does not run, or nothing is known of it. */
  readonly secondsLeft: number;
  settled(): Promise<void>;
}

export function createRefreshJob(project: Project, engine: Engine): RefreshJob {
  let log: EventLog<SuggestionProgress> | undefined;
  let stop = new AbortController();
  let work: Promise<void> = Promise.resolve();
  let running = false;
  let again = false;
  let first: number[] = [];
  let failure: unknown;
  const pace = createPace();

  async function run(own: EventLog<SuggestionProgress>): Promise<void> {
    do {
      again = false;
      stop = new AbortController();
      await once(own, stop.signal).catch((error: unknown) => {
        if (!again) throw error;
      });
    } while (again);
  }

  const tellDamage = (own: EventLog<SuggestionProgress>, now: { done: number; total: number }) => {
    const notice = removeDamaged(project);
    if (notice !== null) own.add({ ...now, notice });
  };

  async function once(own: EventLog<SuggestionProgress>, signal: AbortSignal): Promise<void> {
    tellDamage(own, { done: 0, total: 0 });
    if (project.stores.labels.all().length === 0 || awaitsConsent(project)) return;
    const { device } = await engine.devices.choose('auto', 'suggesting');
    let now = { done: 0, total: 0 };
    // Loading a model takes its time, and nobody should take that for idleness.
    own.add({ ...now, begun: true });
    await suggest(project, engine, {
      device,
      precision: 'auto',
      signal,
      takeFirst: () => first.splice(0),
      onProgress(done, total) {
        now = { done, total };
        pace.note(now);
        own.add(now);
      },
      onNotice: (notice) => own.add({ ...now, notice }),
    });
    tellDamage(own, now);
    // What training brought is seen beside the untrained model, on the documents that are kept for testing.
    const reading = {
      device,
      signal,
      onProgress(done: number, total: number) {
        pace.note({ done, total });
        own.add({ done, total });
      },
    };
    await readUntrained(project, engine, project.stores.documents.inSplit('test'), reading);
    // A trained run scores without embeddings; choosing diverse documents needs those of new ones too.
    await embedDocuments(project, engine, { ...reading, last: Number.MAX_SAFE_INTEGER });
    await embedTuned(project, engine, reading);
    await learnerOf(project).follow({ whole: true });
    // What decisions teach rests on what the model said before it was trained, of documents and labels that came since, too.
    const read = await readUntrained(project, engine, [...project.stores.documents.ids()], reading);
    if (read > 0) await learnerOf(project).follow({ whole: true });
  }

  const start = (): EventLog<SuggestionProgress> => {
    if (running && log) return log;
    const own = createEventLog<SuggestionProgress>();
    log = own;
    running = true;
    pace.begin();
    failure = undefined;
    work = run(own)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) failure = error;
      })
      .finally(() => {
        running = false;
        own.end();
      });
    return own;
  };

  return {
    async *watch(ids, signal) {
      first = [...ids, ...first].slice(0, 1000);
      yield* start().read(signal);
      if (failure !== undefined && !running) throw failure;
    },
    restart() {
      if (running) {
        again = true;
        stop.abort();
      } else start();
    },
    stop() {
      again = false;
      if (running) stop.abort();
      return running;
    },
    get running() {
      return running;
    },
    get secondsLeft() {
      return running ? pace.secondsLeft() : 0;
    },
    settled: () => work,
  };
}
