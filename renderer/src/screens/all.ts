import type { Component } from 'svelte';
import type { IconName } from '../components/icons.ts';
import type { Screen } from '../state/navigation.svelte.ts';
import Annotate from './Annotate.svelte';
import Browse from './Browse.svelte';
import Evaluate from './Evaluate.svelte';
import Export from './Export.svelte';
import Import from './Import.svelte';
import Labels from './Labels.svelte';
import Progress from './Progress.svelte';
import Settings from './Settings.svelte';
import Train from './Train.svelte';

/** A screen of an open project. Its name is in the catalogue, which says which screens there are. */
interface ScreenEntry {
  readonly icon: IconName;
  /** Takes no props; see App.svelte. */
  readonly component: Component;
  /** A line in the sidebar goes before it. */
  readonly apart?: true;
}

const entries: { readonly [S in Screen]: ScreenEntry } = {
  annotate: { icon: 'annotate', component: Annotate },
  browse: { icon: 'browse', component: Browse },
  labels: { icon: 'labels', component: Labels },
  train: { icon: 'train', component: Train },
  evaluate: { icon: 'evaluate', component: Evaluate },
  progress: { icon: 'progress', component: Progress },
  import: { icon: 'import', component: Import, apart: true },
  export: { icon: 'export', component: Export },
  settings: { icon: 'settings', component: Settings },
};

/** In the order of the sidebar; the first nine have Ctrl and a digit. */
export const screens = Object.entries(entries).map(([id, entry]) => ({ ...entry, id: id as Screen }));

export const entryOf = (screen: Screen): ScreenEntry => entries[screen];
