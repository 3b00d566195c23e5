import type { Project } from '../../backend/project/file.ts';

/** Evidence of a document for labels, as if a model had read it: label id → log-odds; the higher, the more for it. */
export function suggest(project: Project, documentId: number, odds: ReadonlyMap<number, number>): void {
  const { evidence } = project.stores;
  project.write(() => {
    for (const [labelId, value] of odds) {
      const scorerId = evidence.scorerId({
        labelId,
        kind: 'imported',
        name: 'by hand',
        digest: '',
        precision: '',
        wording: '',
        fusion: null,
      });
      evidence.put(documentId, {
        labelId,
        scorerId,
        odds: Float32Array.of(value),
        cosine: null,
        passage: null,
      });
    }
  });
}

/** The same of all documents of a project. */
export function suggestToAll(project: Project, odds: ReadonlyMap<number, number>): void {
  for (const id of project.stores.documents.ids()) suggest(project, id, odds);
}

/** The same of documents, for the project's first label: document → log-odds. */
export function trainedLike(project: Project, odds: ReadonlyMap<number, number>): void {
  const labelId = project.stores.labels.all()[0]!.id;
  for (const [documentId, value] of odds) suggest(project, documentId, new Map([[labelId, value]]));
}
