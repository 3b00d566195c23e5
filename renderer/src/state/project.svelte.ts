import type { AppState, Summary } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { preferences } from './preferences.svelte.ts';

interface ProjectState {
  readonly host: AppState['host'];
  readonly version: string;
  /** The open project, or null: the start screen. */
  readonly name: string | null;
  /** For opening it again. */
  readonly token: string | null;
  /** It can be looked at, and nothing in it changed. */
  readonly readOnly: boolean;
  readonly summary: Summary | null;
  /** What is open now instead of the project that this window shows; null: it shows what is open. */
  readonly replacedBy: AppState | null;
  /** Changes whenever another project is open. */
  readonly opened: number;
}

export const project = $state<{ -readonly [Key in keyof ProjectState]: ProjectState[Key] }>({
  host: 'web',
  version: '',
  name: null,
  token: null,
  readOnly: false,
  summary: null,
  replacedBy: null,
  opened: 0,
});

/** Numbers of documents; to be read again when decisions were saved or documents came. */
export async function loadSummary(): Promise<void> {
  project.summary = await api.project.summary({ annotator: preferences.annotator });
}
