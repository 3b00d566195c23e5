import type { AppState, Summary } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { labels, loadLabels } from './labels.svelte.ts';
import { go } from './navigation.svelte.ts';
import { preferences } from './preferences.svelte.ts';
import { forgetSuggestions, loadStale } from './suggestions.svelte.ts';

interface ProjectState {
  readonly host: AppState['host'];
  readonly version: string;
  /** The open project, or null: the start screen. */
  readonly name: string | null;
  readonly summary: Summary | null;
  /** Changes whenever another project is open. */
  readonly opened: number;
}

export const project = $state<{ -readonly [Key in keyof ProjectState]: ProjectState[Key] }>({
  host: 'web',
  version: '',
  name: null,
  summary: null,
  opened: 0,
});

/** Reads which project is open and all that the frame shows of it. */
export async function loadProject(): Promise<void> {
  const { host, version, project: name } = await api.app.state();
  forgetSuggestions();
  if (name !== null) await Promise.all([loadLabels(), loadSummary()]);
  else project.summary = null;
  Object.assign(project, { host, version, name });
  if (name !== null) void loadStale();
}

/** Numbers of documents; to be read again when decisions were saved or documents came. */
export async function loadSummary(): Promise<void> {
  project.summary = await api.project.summary({ annotator: preferences.annotator });
}

/** After the host opened another project, or closed it: shows the screen that it needs first. */
export async function enterProject(): Promise<void> {
  await loadProject();
  project.opened += 1;
  if (project.name === null) return go('annotate');
  const empty = (project.summary?.documents ?? 0) === 0;
  go(empty ? 'import' : labels.all.length === 0 ? 'labels' : 'annotate');
}
