import type { Label } from '../../../contract/index.ts';
import { api } from '../api.ts';

/** The project's labels in their order. */
export const labels = $state<{ all: Label[] }>({ all: [] });

const byId = $derived(new Map(labels.all.map((label) => [label.id, label])));

export const labelOf = (id: number): Label | undefined => byId.get(id);

export async function loadLabels(): Promise<void> {
  labels.all = await api.labels.list();
}
