import { basename } from 'node:path';
import { type Annotation, annotate, decided } from '../annotating/annotating.ts';
import { BackendError } from '../errors.ts';
import { requireLabels } from '../labels/labels.ts';
import { documentNamed } from '../project/documentName.ts';
import type { Project } from '../project/file.ts';
import type { Place } from '../records.ts';
import { readJsonlRows } from './bounded.ts';
import type { JsonlRow } from './read.ts';

/**
 * Records the annotations of a JSONL file, `{"id", "labels": […], "rejected": […]?}` per line, all or none. Without
 * `rejected` every other label is a no.
 *
 * Throws `annotation_invalid`, naming the line, for a row that can't be read, an unknown document or label, or a
 * label that is accepted and rejected.
 */
export async function annotateFromFile(
  project: Project,
  file: string,
  annotator: string,
): Promise<{ documents: number; changed: boolean }> {
  const labels = new Map(requireLabels(project).map(({ name, id }) => [name, id]));
  const annotations: Annotation[] = [];
  for await (const row of readJsonlRows(file)) {
    if ('problem' in row) throw invalid(row.problem.place, row.problem.reason);
    const { place, id, labels: accepted, rejected } = row;
    if (id === null) throw invalid(place, 'it has no id.');
    if (accepted === null) throw invalid(place, 'it has no labels.');
    const yes = accepted.map((name) => labelId(labels, name, place));
    const no =
      rejected?.map((name) => labelId(labels, name, place)) ??
      [...labels.values()].filter((l) => !yes.includes(l));
    const both = no.find((label) => yes.includes(label));
    if (both !== undefined) throw invalid(place, 'a label is both accepted and rejected.');
    annotations.push(decided(documentId(project, { ...row, id }), { yes, no }));
  }
  if (annotations.length === 0)
    throw new BackendError('annotation_invalid', `"${basename(file)}" has no rows.`);
  return { documents: annotations.length, changed: annotate(project, annotator, annotations) !== undefined };
}

function labelId(labels: ReadonlyMap<string, number>, name: string, place: Place): number {
  const id = labels.get(name);
  if (id === undefined) throw invalid(place, `the project has no label "${name}".`);
  return id;
}

/** The document that a row is about; with a text, it must be that of the document. */
function documentId(project: Project, { id, text, place }: JsonlRow & { id: string }): number {
  const { documents } = project.stores;
  const document = documentNamed(documents, id);
  if (document && text !== null && text !== document.text)
    throw invalid(place, `its text is another than that of the document "${id}".`);
  if (document) return document.id;
  const numbered = /^[1-9]\d{0,14}$/.test(id) && documents.get(Number(id)) !== undefined;
  throw invalid(
    place,
    `the project has no document with the id "${id}".`,
    numbered
      ? `Nothing was recorded; to name a document by its number in the project, write "#${id}".`
      : MEND,
  );
}

const MEND = 'Nothing was recorded; mend the line and try again.';

const invalid = ({ file, line, record }: Place, reason: string, hint = MEND) =>
  new BackendError(
    'annotation_invalid',
    `${line === undefined ? `Record ${record ?? '?'}` : `Line ${line}`} of "${basename(file)}" can't be used: ${reason}`,
    hint,
  );
