import { ANNOTATED_BY, NONE_APPLY, personId } from '../../importing/carried.ts';
import type { AnnotationRecord, ExportDocument, ExportSource } from '../../records.ts';
import { accepted, scoresOf, writable } from '../answers.ts';
import { isMeaningful, metaCell, metaColumns, metaEntries } from '../columns.ts';
import { beside, type Carries, DEFAULT_THRESHOLD, type ExportFormat, type ExportOptions } from '../format.ts';
import { jsonArray, jsonLines, objectOf } from '../json.ts';
import { argillaReadme, argillaSettings } from './argillaSettings.ts';

const CARRIES: Carries = {
  ids: true,
  undecided: false,
  noneApply: true,
  skipped: false,
  drafts: false,
  annotators: true,
  suggestions: true,
  split: true,
  meta: true,
  comments: false,
};
const QUESTION = 'labels';
const UNKNOWN = 'unknown';

/** Records as Argilla's Python client writes and reads them. */
export const argilla: ExportFormat = {
  name: 'argilla',
  title: 'Argilla',
  description: 'records for Argilla',
  extension: '.json',
  carries: CARRIES,
  write: (source, options) => jsonArray(records(source, options)),
  sidecars: (source, options) => [
    beside('.settings.json', `${JSON.stringify(argillaSettings(source, QUESTION))}\n`),
    beside('.users.json', `${JSON.stringify(people(source, options))}\n`),
    beside('.README.md', argillaReadme),
  ],
  notes,
};

/** Flat records, as Argilla keeps them on the hub: with the status of each response. */
export const argillaFlat: ExportFormat = {
  name: 'argilla-flat',
  title: 'Argilla, flat',
  description: 'flat records for Argilla, as on the Hugging Face hub',
  extension: '.jsonl',
  carries: { ...CARRIES, skipped: true, drafts: true },
  write: (source, options) => jsonLines(flatRecords(source, options)),
  notes,
};

function* records(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    // What its client writes of records has no place for drafts and skips.
    const own = writable(document, options, { drafts: false, skipped: false });
    if (own.length === 0 && !options.includeUnfinished) continue;
    const suggested = suggestionOf(document, source, options);
    yield {
      id: document.id,
      fields: { text: document.text },
      metadata: {
        ...objectOf(metaEntries(document, (name) => name === 'split' || name === ANNOTATED_BY)),
        ...(document.split !== null && { split: document.split }),
        ...(own.length > 0 && { [ANNOTATED_BY]: own.map(nameOf) }),
      },
      suggestions: suggested === null ? {} : { [QUESTION]: suggested },
      responses:
        own.length === 0
          ? {}
          : {
              [QUESTION]: own.map((annotation) => ({
                value: answerOf(annotation, source),
                user_id: personId(nameOf(annotation)),
                // Its client takes a response without a status for a draft.
                status: STATUS[annotation.status],
              })),
            },
      vectors: {},
      _server_id: null,
    };
  }
}

/** Accounts that the server has to have before it takes the responses. */
function people(source: ExportSource, options: ExportOptions): object[] {
  const names = new Set<string>();
  for (const document of source.documents())
    for (const annotation of writable(document, options, { drafts: false, skipped: false }))
      names.add(nameOf(annotation));
  return [...names].sort().map((username) => ({ id: personId(username), username }));
}

const STATUS: Readonly<Record<AnnotationRecord['status'], string>> = {
  done: 'submitted',
  draft: 'draft',
  skipped: 'discarded',
};

function* flatRecords(source: ExportSource, options: ExportOptions): Iterable<object> {
  const columns = metaColumns(source, isTaken);
  for (const document of source.documents()) {
    const own = writable(document, options, { drafts: true, skipped: true });
    if (own.length === 0 && !options.includeUnfinished) continue;
    const suggested = suggestionOf(document, source, options);
    const perResponse = <T>(value: (annotation: AnnotationRecord) => T) =>
      own.length === 0 ? null : own.map(value);
    // Every row has every column: the reader takes the types from the first rows.
    yield {
      id: document.id,
      text: document.text,
      ...objectOf(columns.map((column) => [column.name, metaCell(document, column)])),
      split: document.split,
      [`${QUESTION}.responses`]: perResponse((annotation) => answerOf(annotation, source)),
      [`${QUESTION}.responses.users`]: perResponse((annotation) => personId(nameOf(annotation))),
      [ANNOTATED_BY]: perResponse(nameOf),
      [`${QUESTION}.responses.status`]: perResponse(({ status }) => STATUS[status]),
      [`${QUESTION}.suggestion`]: suggested?.value ?? null,
      [`${QUESTION}.suggestion.score`]: suggested?.score ?? null,
      [`${QUESTION}.suggestion.agent`]: suggested?.agent ?? null,
    };
  }
}

/** Argilla's server refuses an empty answer: that none apply is an option of its own, and what is open is no answer. */
function answerOf({ status, decisions }: AnnotationRecord, source: ExportSource): string[] | null {
  if (status === 'skipped') return null;
  const yes = accepted(decisions, source.labels);
  if (yes.length > 0) return yes;
  return status === 'done' ? [NONE_APPLY] : null;
}

const nameOf = ({ annotator }: AnnotationRecord) => annotator ?? UNKNOWN;
const isTaken = (name: string) =>
  isMeaningful(name) || name === ANNOTATED_BY || name.startsWith(`${QUESTION}.`);

function suggestionOf(document: ExportDocument, source: ExportSource, options: ExportOptions) {
  const scored = scoresOf(document, source, options);
  if (scored === null) return null;
  const above = scored.scores.filter(([, score]) => score >= (options.threshold ?? DEFAULT_THRESHOLD));
  if (above.length === 0) return null;
  return {
    value: above.map(([name]) => name),
    score: above.map(([, score]) => score),
    agent: scored.model,
  };
}

function notes(source: ExportSource, { threshold = DEFAULT_THRESHOLD }: ExportOptions): readonly string[] {
  const said: string[] = [];
  for (const { suggestions } of source.documents())
    if (suggestions.some(({ score }) => score < threshold)) {
      said.push(`suggestions below a probability of ${threshold} are left out`);
      break;
    }
  if (source.labels.some(({ name }) => name === NONE_APPLY))
    said.push(
      `the label "${NONE_APPLY}" can't be told from the answer that no label applies: rename it first`,
    );
  return said;
}
