import type { Run, TrainingSettings } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { loadSummary } from '../state/project.svelte.ts';
import { sourceChanged } from '../state/source.svelte.ts';
import { loadStale } from '../state/suggestions.svelte.ts';
import { attempt, fail, isAnother, say, warn } from '../state/toasts.svelte.ts';
import { fromBackend, t } from '../texts/index.ts';
import { NOTHING, type Progress, withEvent } from './progress.ts';

/** How often what came is shown: a curve that moves ten times a second is live enough. */
const SHOW_MS = 100;

interface TrainingState {
  /** The training under way, or the one that ended last while the app was open. */
  progress: Progress;
  following: boolean;
  runs: readonly Run[];
  loaded: boolean;
}

/** Outlives the screen: a training goes on while someone annotates, and is followed all the time. */
export const training = $state<TrainingState>({
  progress: NOTHING,
  following: false,
  runs: [],
  loaded: false,
});

export async function loadRuns(): Promise<void> {
  const runs = await attempt(() => api.training.runs());
  if (runs) training.runs = runs;
  training.loaded = true;
}

/** Follows the training under way, if there is one, from its start. */
export async function follow(): Promise<void> {
  if (training.following) return;
  training.following = true;
  let progress = NOTHING;
  let shown = 0;
  try {
    for await (const event of await api.training.watch()) {
      progress = withEvent(progress, event);
      if (event.kind === 'step' && performance.now() - shown < SHOW_MS) continue;
      shown = performance.now();
      training.progress = progress;
      if (event.kind === 'start') {
        void loadRuns();
        isAnother('training');
        // A run that was offered then may be worse than the one that is being made.
        isAnother('source');
      }
      if (event.kind === 'notice') warn(fromBackend(event.text), undefined, 'training');
    }
  } catch (error) {
    fail(error);
  } finally {
    training.following = false;
    if (progress.state !== 'none') await ended(progress);
  }
}

async function ended(progress: Progress): Promise<void> {
  training.progress = progress;
  await loadRuns();
  if (progress.state === 'done') sourceChanged();
  void loadStale();
  void loadSummary().catch(fail);
  if (progress.state !== 'done') return;
  const { run: id } = progress;
  const run = training.runs.find((one) => one.id === id);
  if (run?.against && !run.tookOver) {
    const use = { text: t().train.use, run: () => activate(run.id) };
    warn(t().train.keptBefore(run.against), use, 'source');
  } else say(t().train.done, undefined, 'source');
}

/** false: it could not start, which was said. */
export async function start(settings: TrainingSettings): Promise<boolean> {
  training.progress = { ...NOTHING, state: 'starting' };
  return begun(() => api.training.start(settings));
}

export async function resume(run: number): Promise<boolean> {
  training.progress = { ...NOTHING, state: 'starting' };
  return begun(() => api.training.resume({ run }));
}

async function begun(ask: () => Promise<unknown>): Promise<boolean> {
  const answer = await attempt(ask);
  if (answer === undefined) training.progress = NOTHING;
  else void follow();
  return answer !== undefined;
}

export const cancel = (): Promise<unknown> => attempt(() => api.training.cancel());

export async function rename(run: number, name: string): Promise<void> {
  const runs = await attempt(() => api.training.rename({ run, name }));
  if (runs) training.runs = runs;
}

/** Makes a run the one that suggests; 0: the model as it was before any training. */
export async function activate(run: number): Promise<void> {
  const before = training.runs.find(({ active }) => active)?.id ?? 0;
  const answer = await attempt(() => api.training.activate({ run }));
  if (!answer) return;
  await loadRuns();
  sourceChanged();
  void loadStale();
  say(t().train.anew, { text: t().app.undo, run: () => activate(before) }, 'source');
}
