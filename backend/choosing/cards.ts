import { type Card, HEAD } from '../../contract/index.ts';
import { disagreementsOf } from '../annotating/disagreements.ts';
import { documentMissing } from '../project/documentMissing.ts';
import type { Project } from '../project/file.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { suggestionsFor } from '../suggesting/reader.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { disagreementQueue, queued, searchQueue } from './queues.ts';

/** Of what came with a document, as a card shows it; units of UTF-16. */
const MOST_FIELDS = 100;
const FIELD_UNITS = 1000;

/** A document with what its annotator said and the model suggests, label by label in project order. */
export function cardOf(project: Project, annotator: string, id: number, reason?: string): Card {
  const { documents, annotations, labels, settled } = project.stores;
  const document = documents.get(id);
  if (!document) throw documentMissing(id);
  const who = annotations.annotators().find(({ name }) => name === annotator)?.id ?? 0;
  const state = annotations.state(id, who);
  const values = annotations.decisions(id, who);
  // Marks stay as they were shown first: those of before anything was learnt must not be the first.
  const suggestions = learnerOf(project).isBeginning ? [] : suggestionsFor(project, id);
  const scores = new Map(suggestions.map((s) => [s.labelId, s]));
  const thresholds = thresholdsOf(project);
  const givenTo = (labelId: number) => values.get(labelId) ?? 'undecided';
  const settledHere = settled.of(id);
  /** Of an answer that was taken back a moment ago, what it taught is no suggestion. */
  const isStale = (labelId: number) =>
    scores.get(labelId)?.ownAnswer === true && givenTo(labelId) === 'undecided' && !settledHere.has(labelId);
  return {
    id,
    externalId: document.externalId,
    text: pieceOf(document.text, 0),
    length: document.text.length,
    status: state?.status ?? 'new',
    flagged: state?.flagged ?? false,
    fields: [...documents.meta(id)].slice(0, MOST_FIELDS).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value.slice(0, FIELD_UNITS) : value,
    })),
    note: state?.note ?? '',
    notes: annotations
      .states(id)
      .filter((other) => other.annotatorId !== who && other.note !== '')
      .map((other) => ({ annotator: other.annotator, note: other.note })),
    opinions: settled.opinionsInDispute(id),
    ...(reason !== undefined && { reason }),
    labels: labels.all().map((label, i) => {
      const score = isStale(label.id) ? undefined : scores.get(label.id);
      return {
        labelId: label.id,
        value: givenTo(label.id),
        probability: score?.probability ?? null,
        threshold: thresholds[i]!,
        ownAnswer: score?.ownAnswer ?? false,
        passage: score?.passage ?? null,
      };
    }),
  };
}

/** Throws `document_missing`. */
export function textPiece(project: Project, id: number, from: number): string {
  const document = project.stores.documents.get(id);
  if (!document) throw documentMissing(id);
  return pieceOf(document.text, from);
}

/** At most `HEAD` units from `from` on, never half a character at the end. */
function pieceOf(text: string, from: number): string {
  const end = Math.min(from + HEAD, text.length);
  const unit = end < text.length ? text.charCodeAt(end) : 0;
  const low = unit >= 0xdc00 && unit <= 0xdfff;
  return text.slice(from, low ? end - 1 : end);
}

export interface NextRequest {
  readonly annotator: string;
  /** A strategy's name, or one of the lists. */
  readonly strategy: string;
  readonly search?: string | undefined;
  /** The label that is asked about; of the queue of finished documents: that is undecided on them. */
  readonly labelId?: number | undefined;
  readonly limit: number;
  readonly except: readonly number[];
}

/** The next documents of the queue, without those that the page has already. */
export function nextCards(project: Project, request: NextRequest): Card[] {
  const { annotator, limit } = request;
  const except = new Set(request.except);
  return upcoming(project, request, limit + except.size)
    .filter(({ id }) => !except.has(id))
    .slice(0, limit)
    .map(({ id, reason }) => cardOf(project, annotator, id, reason));
}

function upcoming(
  project: Project,
  { annotator, strategy, search, labelId }: NextRequest,
  limit: number,
): readonly { id: number; reason: string }[] {
  switch (strategy) {
    case 'search':
      return searchQueue(project, { annotator, search: search ?? '', limit }).map((id) => ({
        id,
        reason: 'search',
      }));
    case 'undecided':
      return project.stores.documentQuery
        .doneUndecided(annotator, labelId ?? null, limit)
        .map((id) => ({ id, reason: 'undecided' }));
    case 'disputed':
      return disagreementsOf(project)
        .openDocuments.slice(0, limit)
        .map((id) => ({ id, reason: 'disputed' }));
    case 'disagreement':
      return disagreementQueue(project, { annotator, limit }).map((id) => ({ id, reason: 'disagreement' }));
    default:
      return queued(project, strategy, limit, { labelId });
  }
}
