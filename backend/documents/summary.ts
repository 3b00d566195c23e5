import type { Summary } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

/** How far a project is, for one annotator. */
export function summaryOf(
  project: Project,
  { name, annotator }: { name: string; annotator: string },
): Summary {
  const { documents, annotations } = project.stores;
  return {
    name,
    annotator,
    documents: documents.count(),
    done: annotations.countOf(annotator, 'done'),
    skipped: annotations.countOf(annotator, 'skipped'),
  };
}
