import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import { readDocuments } from '../importing/bounded.ts';
import { noteInWords } from '../importing/notes.ts';
import { type Absent, saysNothing } from '../importing/placing.ts';
import type { AnnotationRecord, Decision, DocumentRecord, Place } from '../records.ts';

export interface GoldRow {
  readonly id: string | null;
  readonly text: string;
  readonly yes: ReadonlySet<string>;
  /** Labels that are in neither are undecided. */
  readonly no: ReadonlySet<string>;
}

export interface GoldRequest {
  readonly file: string;
  /** Of the project. */
  readonly names: readonly string[];
  /**
   * What it means that a row does not name a label. Absent: of a row that names one, a no of the labels that the file has
   * somewhere; a row without any says nothing, for nobody need have looked. 'no': of all labels and rows. 'open': nothing.
   */
  readonly absent?: Absent | undefined;
  /** Sentences about how the file was read. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** What became of its answers. */
  readonly onTaken?: ((taken: GoldTaken) => void) | undefined;
}

/** What became of the answers of a gold file, in answers; `absent` as it was asked for. */
export interface GoldTaken {
  readonly absent: Absent | undefined;
  /** Whether a no was taken from what a row does not name. */
  readonly closes: boolean;
  /** They name no label, and nobody need have looked. */
  readonly empty: number;
  readonly skipped: number;
  /** Rows with a text that came before. */
  readonly joined: number;
  /** Annotators of the file contradict each other there. */
  readonly disputed: number;
}

/** Gold answers as tables of [rows][labels]. */
export function goldTables(rows: readonly GoldRow[], names: readonly string[]) {
  return {
    gold: rows.map(({ yes }) => Uint8Array.from(names, (name) => (yes.has(name) ? 1 : 0))),
    decided: rows.map(({ yes, no }) =>
      Uint8Array.from(names, (name) => (yes.has(name) || no.has(name) ? 1 : 0)),
    ),
  };
}

/** What all rows of one text say. */
interface Text {
  readonly id: string | null;
  readonly text: string;
  /** By annotator: several rows of one are joined before they are closed. */
  readonly said: Map<string, { readonly decisions: Map<string, Decision>; closes: boolean }>;
}

/**
 * The gold answers of a file, of any format that has texts and labels, a row for each text: rows of one text are joined,
 * what annotators contradict each other on is undecided. Throws `gold_invalid` for a row that can't be read or has no
 * labels, and for a label that the project does not have.
 */
export async function readGold(request: GoldRequest): Promise<GoldRow[]> {
  const { file, onNotice } = request;
  const names = new Set(request.names);
  const texts = new Map<string, Text>();
  const named = new Set<string>();
  const counts = { skipped: 0, empty: 0, joined: 0 };
  for await (const item of readDocuments(file, { format: 'auto' })) {
    if (item.kind === 'problem') {
      const { place, reason } = item.problem;
      throw invalid(file, `${place.line ? `line ${place.line}: ` : ''}${reason}`);
    }
    if (item.kind === 'note') {
      onNotice?.(noteInWords(item));
      continue;
    }
    const { document, place } = item;
    if (document.annotations.length === 0) throw invalid(file, `${at(place)} has no labels.`);
    for (const annotation of document.annotations) {
      if (annotation.status === 'skipped') {
        counts.skipped += 1;
        continue;
      }
      requireNames(file, { annotation, place, names });
      if (saysNothing(annotation, request.absent)) counts.empty += 1;
      else if (join(textOf(texts, document), annotation, request.absent)) counts.joined += 1;
      for (const name of annotation.decisions.keys()) named.add(name);
    }
  }
  const closing = request.absent === 'no' ? request.names : request.names.filter((name) => named.has(name));
  const rows = [...texts.values()].map((own) => closed(own, closing));
  const found = rows.filter(({ yes, no }) => yes.size + no.size > 0);
  if (found.length === 0) throw invalid(file, 'it has no rows that say anything.');
  request.onTaken?.({
    absent: request.absent,
    closes: [...texts.values()].some(({ said }) => [...said.values()].some((own) => own.closes)),
    ...counts,
    disputed: rows.reduce((sum, { disputed }) => sum + disputed, 0),
  });
  return found.map(({ id, text, yes, no }) => ({ id, text, yes, no }));
}

function textOf(texts: Map<string, Text>, { externalId: id, text }: DocumentRecord): Text {
  const known = texts.get(text);
  if (known) return known;
  const own: Text = { id, text, said: new Map() };
  texts.set(text, own);
  return own;
}

/** Whether the annotator had said something of the text before: a yes stands, since a no may be what a row left out. */
function join(text: Text, annotation: AnnotationRecord, absent: Absent | undefined): boolean {
  const { annotator, decisions, absence, status } = annotation;
  const key = annotator ?? '';
  const before = text.said.get(key);
  const own = before ?? { decisions: new Map<string, Decision>(), closes: false };
  for (const [name, value] of decisions)
    if (own.decisions.get(name) !== 'yes') own.decisions.set(name, value);
  own.closes ||= status === 'done' && absence !== 'said' && absent !== 'open';
  text.said.set(key, own);
  return before !== undefined;
}

function closed(
  { id, text, said }: Text,
  closing: readonly string[],
): GoldRow & { readonly disputed: number } {
  const yes = new Set<string>();
  const no = new Set<string>();
  for (const { decisions, closes } of said.values()) {
    for (const name of closes ? closing : []) if (!decisions.has(name)) no.add(name);
    for (const [name, value] of decisions) (value === 'yes' ? yes : no).add(name);
  }
  const disputed = [...yes].filter((name) => no.has(name));
  for (const name of disputed) {
    yes.delete(name);
    no.delete(name);
  }
  return { id, text, yes, no, disputed: disputed.length };
}

function requireNames(
  file: string,
  {
    annotation: { decisions, unnamed },
    place,
    names,
  }: { annotation: AnnotationRecord; place: Place; names: ReadonlySet<string> },
): void {
  const [number] = unnamed ?? [];
  if (number !== undefined)
    throw invalid(file, `${at(place)} has a number (${number}) where a label's name should be.`);
  for (const name of decisions.keys())
    if (!names.has(name)) throw invalid(file, `the project has no label "${name}".`);
}

const at = ({ line, record }: Place): string => `line ${line ?? record ?? '?'}`;

const invalid = (file: string, reason: string) =>
  new BackendError(
    'gold_invalid',
    `"${basename(file)}" can't be evaluated on: ${reason}`,
    'Each row needs a text and its labels, spelled as in the project.',
  );
