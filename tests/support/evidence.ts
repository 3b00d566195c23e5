import type { Project } from '../../backend/project/file.ts';

/** Evidence for the project's first label, as if a model had read the documents: document → log-odds. */
export function trainedLike(project: Project, odds: ReadonlyMap<number, number>): void {
  const { evidence, labels } = project.stores;
  const labelId = labels.all()[0]!.id;
  project.write(() => {
    const scorerId = evidence.scorerId({
      labelId,
      kind: 'imported',
      name: 'by hand',
      digest: '',
      precision: '',
      wording: '',
      fusion: null,
    });
    for (const [documentId, value] of odds)
      evidence.put(documentId, {
        labelId,
        scorerId,
        odds: Float32Array.of(value),
        cosine: null,
        passage: null,
      });
  });
}
