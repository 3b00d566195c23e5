import { statSync } from 'node:fs';
import type { Census } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import type { FoundLabels } from './foundLabels.ts';
import { type CensusRequest, censusLabels, censusOf } from './preview.ts';

interface Counted {
  readonly key: string;
  readonly census: Census;
  readonly found: FoundLabels;
}

/** What was counted last for a project, for as long as it is open. */
const last = new WeakMap<Project, Counted>();

/**
 * `censusOf`, without reading the files again where nothing changed since the last count but what labels are called.
 * Throws as that does.
 */
export async function recount(project: Project, request: CensusRequest): Promise<Census> {
  const key = keyOf(project, request);
  const before = last.get(project);
  if (key !== null && before?.key === key) {
    const known = project.stores.labels.all().map(({ name }) => name);
    return { ...before.census, labels: censusLabels(before.found, known, request.reading.names) };
  }
  last.delete(project);
  let found: FoundLabels | undefined;
  const onLabels = (labels: FoundLabels) => {
    found = labels;
  };
  const census = await censusOf(project, { ...request, onLabels });
  if (key !== null && found !== undefined) last.set(project, { key, census, found });
  return census;
}

/** All that a count depends on but the names of labels; null: on these, too, or on files within a folder. */
function keyOf(
  { stores: { annotations, documents, labels } }: Project,
  { files, reading, annotator, absent, longerThan }: CensusRequest,
): string | null {
  // Whether answers contradict those of the project depends on what labels are called.
  if (annotations.lastRevision() !== 0) return null;
  const states = files.map((file) => {
    const info = statSync(file, { throwIfNoEntry: false });
    return info?.isFile() ? [file, info.size, info.mtimeMs] : null;
  });
  if (states.includes(null)) return null;
  const { names: _, ...read } = reading;
  const inProject = [documents.last(), documents.count(), labels.all().map(({ name }) => name)];
  return JSON.stringify([states, read, annotator, absent, longerThan, inProject]);
}
