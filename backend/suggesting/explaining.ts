import { createHash } from 'node:crypto';
import type { Engine, WordWeight } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { documentMissing } from '../project/documentMissing.ts';
import type { Project } from '../project/file.ts';
import { suggestingModel } from './suggestingModel.ts';

export interface Question {
  readonly documentId: number;
  readonly labelId: number;
  readonly signal?: AbortSignal | undefined;
}

/** Which words speak for a label. One question is worked on at a time, since people look from label to label. */
export interface Explanations {
  /**
   * Words as positions in the document's text, for the label's most probable sentence and the model that suggests now;
   * the strongest is 1 or −1. Of a document read in parts, those of the passage that decided.
   * Throws `explanation_dropped` when a newer question came while this one waited, `document_missing`, `label_missing`.
   */
  explain(question: Question): Promise<readonly WordWeight[]>;
}

/** Answers that are kept: the labels of a few documents. */
const MOST_KEPT = 50;

export function createExplanations(project: Project, engine: Engine): Explanations {
  const kept = new Map<string, readonly WordWeight[]>();
  let last: Promise<unknown> = Promise.resolve();
  let newest = 0;

  const keep = (key: string, words: readonly WordWeight[]): void => {
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, words);
  };

  const answer = async (question: Question, isNewest: () => boolean): Promise<readonly WordWeight[]> => {
    if (!isNewest() || question.signal?.aborted) throw dropped();
    const { text, from, hypotheses } = whatDecided(project, question);
    const source = await suggestingModel(project);
    const { kind, name, digest } = source;
    const key = JSON.stringify([
      kind,
      name,
      digest,
      question.documentId,
      question.labelId,
      from,
      createHash('sha256').update(text).digest('base64'),
      hypotheses,
    ]);
    const known = kept.get(key);
    if (known) return known;
    const found = await engine.explain(source, text, hypotheses, question.signal);
    const words = found.map(({ start, end, weight }) => ({ start: start + from, end: end + from, weight }));
    keep(key, words);
    return words;
  };

  return {
    explain(question) {
      newest += 1;
      const own = newest;
      const words = last.then(() => answer(question, () => own === newest));
      last = words.catch(() => undefined);
      return words;
    },
  };
}

/** The part of the document that decided the label's suggestion, where it begins, and the label's sentences. */
function whatDecided(
  { stores: { documents, labels, evidence } }: Project,
  { documentId, labelId }: Question,
): { text: string; from: number; hypotheses: readonly string[] } {
  const document = documents.get(documentId);
  if (!document) throw documentMissing(documentId);
  const label = labels.all().find(({ id }) => id === labelId);
  if (!label) throw new BackendError('label_missing', 'This label is not there any more.');
  const passage = evidence.passagesOf(documentId).get(labelId);
  return {
    text: passage ? document.text.slice(passage.start, passage.end) : document.text,
    from: passage?.start ?? 0,
    hypotheses: label.hypotheses,
  };
}

const dropped = () =>
  new BackendError('explanation_dropped', 'Another label is looked at by now.', 'Look at this one again.');
