import { setImmediate as nextTurn } from 'node:timers/promises';
import { likeliest } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { Scorer } from '../project/store/evidence.ts';
import { keptPriorsOf } from './priors.ts';
import { knownScorers, unaskedScorers } from './scorers.ts';

const kept = new WeakMap<Project, { readonly key: string; readonly found: Map<number, number[]> }>();
/** Documents per turn: others are answered between them. */
const CHUNK = 2000;

/**
 * Documents that were not asked about a label that is among their likeliest now, since other labels went or other documents
 * tell what is usual: document id → places of those labels. Documents that lack evidence of a label are left out.
 */
export async function toBeAsked(
  project: Project,
  scorers: readonly Scorer[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const unasked = new Set(knownScorers(project, unaskedScorers(scorers)));
  const priors = unasked.size > 0 ? keptPriorsOf(project, scorers) : undefined;
  if (!priors?.rest) return new Map();
  const { columns } = project.stores.evidence;
  while (project.open && columns.readMore()) await nextTurn();
  if (!project.open) return new Map();
  const own = new Set(knownScorers(project, scorers));
  const key = JSON.stringify([columns.version, scorers.map(({ labelId }) => labelId), priors.cosine]);
  const known = kept.get(project);
  if (known?.key === key) return known.found;
  const found = new Map<number, number[]>();
  const labels = scorers.map(({ labelId }) => columns.column(labelId));
  const cosine = new Float32Array(labels.length);
  for (const [i, id] of [...project.stores.documents.ids()].entries()) {
    if (i % CHUNK === CHUNK - 1) await nextTurn();
    const row = columns.rowOf(id);
    if (row === undefined) continue;
    const by = labels.map((column) => column?.scorer[row] ?? 0);
    if (!by.some((scorer) => unasked.has(scorer))) continue;
    if (!by.every((scorer) => unasked.has(scorer) || own.has(scorer))) continue;
    for (const [place, column] of labels.entries()) cosine[place] = column?.cosine[row] ?? Number.NaN;
    const places = likeliest(cosine, priors.cosine).filter((place) => unasked.has(by[place] ?? 0));
    if (places.length > 0) found.set(id, places);
  }
  kept.set(project, { key, found });
  return found;
}
