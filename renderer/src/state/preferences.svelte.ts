import type { Preferences } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { attempt } from './toasts.svelte.ts';

/** The annotator's own choices on this machine. */
export const preferences = $state<Preferences>({
  annotator: 'me',
  theme: 'system',
  language: 'system',
  zoom: 1,
  keys: {},
  goal: null,
});

export async function loadPreferences(): Promise<void> {
  Object.assign(preferences, await api.app.preferences());
}

/** Takes effect at once and is kept; what can't be kept is taken back. */
export async function prefer(change: Partial<Preferences>): Promise<void> {
  const before = $state.snapshot(preferences);
  Object.assign(preferences, change);
  const kept = await attempt(() => api.app.prefer(change));
  Object.assign(preferences, kept ?? before);
}
