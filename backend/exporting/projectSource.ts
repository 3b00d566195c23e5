import { must } from '../../process/must.ts';
import { nameOf } from '../project/documentName.ts';
import type { Project } from '../project/file.ts';
import type { Accepted } from '../project/store/accepted.ts';
import type { Document } from '../project/store/documents.ts';
import type { RepeatedRow } from '../project/store/layouts.ts';
import type {
  AcceptedRecord,
  AnnotationRecord,
  Decision,
  ExportDocument,
  ExportRow,
  ExportSource,
  SourceRow,
  SuggestionRecord,
} from '../records.ts';
import { learnerOf, type Unlearnt } from '../suggesting/learning/learner.ts';
import { publicName } from '../suggesting/publicName.ts';
import { type Suggestions, suggestionsOf } from '../suggesting/reader.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { noneApplies } from './answers.ts';

const PAGE = 1000;

/**
 * A project as exporters see it. Documents without an id of their own get the project's. What is suggested for a label
 * that someone decided is what would be had nobody decided the document, as it was found last (`Learner.unlearnt`); for
 * one that is open, what the screens suggest, which is what can be accepted. What is another run's word, or
 * of another sentence, is left out where `current` tells; the documents are noted there.
 */
export function exportSource(project: Project, current?: Current): ExportSource {
  const { stores } = project;
  const { lastUnlearnt: unlearnt } = learnerOf(project);
  const thresholds = thresholdsOf(project);
  const labels = stores.labels.all().map((label, i) => ({ ...label, threshold: thresholds[i]! }));
  const names = new Map(labels.map(({ id, name }) => [id, name]));
  const around = (ids: readonly number[]): Around => ({
    ...{ project, names, unlearnt, current, suggestions: suggestionsOf(project, ids) },
    accepted: stores.accepted.ofAll(ids),
  });
  function* pages(): Generator<{ page: readonly Document[]; first: number }> {
    let first = 1;
    for (let after = 0; ; ) {
      const page = stores.documents.page(after, PAGE);
      if (page.length > 0) yield { page, first };
      if (page.length < PAGE) return;
      first += page.length;
      after = lastOf(page);
    }
  }
  return {
    labels,
    *documents() {
      for (const { page, first } of pages()) {
        const own = around(page.map(({ id }) => id));
        for (const [i, document] of page.entries()) yield new ProjectDocument(own, document, first + i);
      }
    },
    *rows() {
      let from = 0;
      for (const { page, first } of pages()) {
        const last = page.length < PAGE ? Number.MAX_SAFE_INTEGER : lastOf(page);
        const repeated = stores.layouts.repeated({ from, to: last });
        const own = around([
          ...new Set([...page, ...repeated.map((row) => ({ id: row.documentId }))].map(({ id }) => id)),
        ]);
        yield* inOrder(own, { page, first, repeated });
        from = last + 1;
      }
    },
  };
}

/** The documents of a page, and after each the rows that came then. */
function* inOrder(
  around: Around,
  { page, first, repeated }: { page: readonly Document[]; first: number; repeated: readonly RepeatedRow[] },
): Generator<ExportRow> {
  const { documents } = around.project.stores;
  let next = 0;
  for (const [i, found] of page.entries()) {
    const document = new ProjectDocument(around, found, first + i);
    yield { document, row: document };
    const until = page[i + 1]?.id ?? Number.POSITIVE_INFINITY;
    for (; next < repeated.length && repeated[next]!.after < until; next += 1) {
      const row = repeated[next]!;
      const of = documents.get(row.documentId);
      if (of === undefined) continue;
      yield { document: new ProjectDocument(around, of, 0), row: { ...row, text: of.text } };
    }
  }
}

/** Which suggestions are of now, and the documents that have others. */
export interface Current {
  isCurrent(scorer: number): boolean;
  readonly outdated: Set<number>;
}

interface Around {
  readonly project: Project;
  /** Label id → name. */
  readonly names: ReadonlyMap<number, string>;
  readonly suggestions: Suggestions;
  readonly unlearnt: ReadonlyMap<number, Unlearnt>;
  readonly current: Current | undefined;
  /** Document id → suggestions that were accepted and stand. */
  readonly accepted: ReadonlyMap<number, readonly Accepted[]>;
}

/** What a format does not ask for is not read. */
class ProjectDocument implements ExportDocument {
  readonly number: number;
  readonly id: string;
  readonly externalId: string | null;
  readonly text: string;
  readonly split: ExportDocument['split'];
  readonly #around: Around;
  readonly #id: number;
  #annotations: AnnotationRecord[] | undefined;
  #suggestions: SuggestionRecord[] | undefined;
  #meta: ExportDocument['meta'] | undefined;
  #row: SourceRow | null | undefined;
  #passages: ReadonlyMap<string, string> | undefined;

  constructor(around: Around, { id, externalId, text, split }: Document, number: number) {
    this.#around = around;
    this.#id = id;
    this.number = number;
    this.id = nameOf({ id, externalId });
    this.externalId = externalId;
    this.text = text;
    this.split = split;
  }

  get meta(): ExportDocument['meta'] {
    this.#meta ??= this.#around.project.stores.documents.meta(this.#id);
    return this.#meta;
  }

  get annotations(): AnnotationRecord[] {
    this.#annotations ??= annotationsOf(this.#around.project, this.#id, this.#around.names);
    return this.#annotations;
  }

  get settled(): ReadonlyMap<string, Decision> {
    return settledOf(this.#around.project, this.#id, this.#around.names);
  }

  get suggestions(): SuggestionRecord[] {
    this.#suggestions ??= suggestionRecords(this.#around, this.#id, this.#isOpen());
    return this.#suggestions;
  }

  /** Whether nobody said anything of a label; who finishes a document without a word says no to all. */
  #isOpen(): (label: string) => boolean {
    const { annotations } = this;
    const noneApply = annotations.some(noneApplies);
    return (label) => !noneApply && !annotations.some(({ decisions }) => decisions.has(label));
  }

  get accepted(): AcceptedRecord[] {
    const { accepted, names } = this.#around;
    return (accepted.get(this.#id) ?? []).flatMap(({ labelId, probability, threshold, model, by, at }) => {
      const label = names.get(labelId);
      return label === undefined ? [] : [{ label, probability, threshold, model, by, at }];
    });
  }

  get flagged(): boolean {
    return this.#around.project.stores.annotations.states(this.#id).some(({ flagged }) => flagged);
  }

  get row(): SourceRow | undefined {
    this.#row ??= this.#around.project.stores.layouts.of(this.#id) ?? null;
    return this.#row ?? undefined;
  }

  get passages(): ReadonlyMap<string, string> {
    const { project, names } = this.#around;
    this.#passages ??= passagesOf(project, { id: this.#id, text: this.text }, names);
    return this.#passages;
  }
}

function annotationsOf(
  { stores: { annotations } }: Project,
  documentId: number,
  names: ReadonlyMap<number, string>,
): AnnotationRecord[] {
  return annotations.states(documentId).flatMap(({ annotatorId, annotator, status, note, seconds, at }) => {
    if (status === 'new') return [];
    const decisions = new Map<string, Decision>();
    const all = annotations.decisions(documentId, annotatorId);
    for (const [label, value] of all) {
      const name = names.get(label);
      if (name !== undefined && value !== 'undecided') decisions.set(name, value);
    }
    // What was decided was taken back, or its labels are deleted: that none applies nobody said, so it is not finished.
    const isWithdrawn = status === 'done' && decisions.size === 0 && all.size > 0;
    return [
      {
        annotator,
        decisions,
        status: isWithdrawn ? 'draft' : status,
        absence: 'said',
        at,
        comment: note || undefined,
        seconds: seconds ?? undefined,
      },
    ];
  });
}

/** Label names → the passage that decided. */
const passagesOf = (
  { stores: { evidence } }: Project,
  { id, text }: { id: number; text: string },
  names: ReadonlyMap<number, string>,
): ReadonlyMap<string, string> =>
  new Map(
    [...evidence.passagesOf(id)].flatMap(([label, { start, end }]) => {
      const name = names.get(label);
      return name === undefined ? [] : [[name, text.slice(start, end)] as const];
    }),
  );

/** Label names → what holds of them by the project's rule. */
const settledOf = (
  { stores: { settled } }: Project,
  documentId: number,
  names: ReadonlyMap<number, string>,
): ReadonlyMap<string, Decision> =>
  new Map(
    [...settled.of(documentId)].flatMap(([label, value]) => {
      const name = names.get(label);
      return name === undefined ? [] : [[name, value] as const];
    }),
  );

function suggestionRecords(
  { project, suggestions, unlearnt, names, current }: Around,
  documentId: number,
  isOpen: (label: string) => boolean,
): SuggestionRecord[] {
  return suggestions.labelIds.flatMap((labelId) => {
    const label = names.get(labelId);
    const scorerId = suggestions.scorer(documentId, labelId);
    if (label === undefined) return [];
    if (current && !current.isCurrent(scorerId)) {
      // Of what nobody has read nothing is out of date.
      if (project.stores.evidence.scorer(scorerId)) current.outdated.add(documentId);
      return [];
    }
    const without = isOpen(label) ? undefined : unlearnt.get(documentId)?.probabilities.get(labelId);
    const score = without ?? suggestions.probability(documentId, labelId);
    const scorer = project.stores.evidence.scorer(scorerId);
    if (scorer === undefined || Number.isNaN(score)) return [];
    // What a file said was a decimal number; of float32 six digits are sure.
    const rounded = scorer.kind === 'imported' ? Number(score.toPrecision(6)) : score;
    return [{ label, score: rounded, model: publicName(scorer) }];
  });
}

const lastOf = (page: readonly Document[]): number => must(page.at(-1), 'document of the page').id;
