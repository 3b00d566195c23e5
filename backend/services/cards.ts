import type { Card } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { nextDocuments, type Strategy, thresholdsOf } from './choosing.ts';

/** A document with what its annotator said and the model suggests, label by label in project order. */
export function cardOf(project: Project, annotator: string, id: number, reason?: string): Card {
  const { documents, annotations, suggestions, labels } = project.stores;
  const document = documents.get(id);
  if (!document) throw new BackendError('document_missing', `There is no document ${id}.`);
  const who = annotations.annotators().find(({ name }) => name === annotator)?.id ?? 0;
  const state = annotations.state(id, who);
  const values = annotations.decisions(id, who);
  const scores = new Map(suggestions.of(id).map((s) => [s.labelId, s]));
  const thresholds = thresholdsOf(project);
  return {
    id,
    externalId: document.externalId,
    text: document.text,
    status: state?.status ?? 'new',
    flagged: state?.flagged ?? false,
    note: state?.note ?? '',
    ...(reason !== undefined && { reason }),
    labels: labels.all().map((label, i) => {
      const score = scores.get(label.id);
      return {
        labelId: label.id,
        value: values.get(label.id) ?? 'undecided',
        probability: score?.probability ?? null,
        threshold: thresholds[i]!,
        passage: score?.passage ?? null,
      };
    }),
  };
}

/** The next documents of the queue, without those that the page has already. */
export function nextCards(
  project: Project,
  request: { annotator: string; strategy: Strategy; limit: number; except: readonly number[] },
): Card[] {
  const except = new Set(request.except);
  const limit = request.limit + except.size;
  return nextDocuments(project, { strategy: request.strategy, limit, seed: 1 })
    .filter(({ document }) => !except.has(document.id))
    .slice(0, request.limit)
    .map(({ document, reason }) => cardOf(project, request.annotator, document.id, reason));
}
