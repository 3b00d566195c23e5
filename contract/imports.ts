import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Token } from './common.ts';
import { Failure } from './failures.ts';
import { Reading, Role, Split } from './reading.ts';

const MAX_CHUNK = 8 * 1024 * 1024;

/** A format that documents can come in. */
export const ImportFormat = z.object({
  id: z.string(),
  /** As people write it; words are in English. */
  name: z.string(),
  /** What a file with each of these endings is called; with the dot. */
  endings: z.record(z.string(), z.string()),
});
export type ImportFormat = z.infer<typeof ImportFormat>;

/** By what a file was recognised as being of a format. */
export const Sign = z.discriminatedUnion('kind', [
  /** It begins as such files do. */
  z.object({ kind: z.literal('bytes') }),
  /** Its records have fields with these names. */
  z.object({ kind: z.literal('fields'), names: z.array(z.string()).readonly() }),
  /** Its records are made as this format makes them. */
  z.object({ kind: z.literal('records') }),
  /** Most of its lines begin so. */
  z.object({ kind: z.literal('lines'), start: z.string() }),
  /** Its lines have equally many fields when cut at this character. */
  z.object({ kind: z.literal('delimiter'), delimiter: z.string() }),
  z.object({ kind: z.literal('ending'), ending: z.string() }),
  /** No other format fits. */
  z.object({ kind: z.literal('rest') }),
]);
export type Sign = z.infer<typeof Sign>;

export const SourceFile = z.object({ token: Token, name: z.string(), bytes: z.int() });
export type SourceFile = z.infer<typeof SourceFile>;

/** What it means that a row does not name a label. */
export const Absent = z.enum(['no', 'open']);
export type Absent = z.infer<typeof Absent>;

export const Preview = z.object({
  /** What it means in this file that a row does not name a label; null: its rows say yes and no themselves. */
  absent: Absent.nullable(),
  /** What it is read as, and by what that was recognised (null: it was chosen); null: that failed. */
  format: z.object({ id: z.string(), sign: Sign.nullable() }).nullable(),
  /** How its bytes became characters, and how that is known; null: it is no text. */
  encoding: z
    .object({
      name: z.string(),
      by: z.enum(['mark', 'given', 'found', 'guessed']),
      /** Of what was guessed: words that tell whether it is right, and what they would be in other encodings. */
      words: z.string(),
      others: z.array(z.object({ name: z.string(), words: z.string() })),
    })
    .nullable(),
  /** What was said, and what was found beside it. */
  reading: Reading,
  /** Which of it means something for this file. */
  takes: z.array(z.string()),
  /** What its columns become, with their first values; empty where the format has none. */
  columns: z.array(
    z.object({
      name: z.string(),
      role: Role,
      values: z.array(z.string()),
      /** What it may be said to become; null: anything. Empty: it means what the tool says that wrote the file. */
      choices: z.array(Role).nullable(),
    }),
  ),
  /** Columns of probabilities, or of yes and no among others: labels, where someone says so. */
  probable: z.array(z.string()),
  /** The first documents as they would be read. */
  rows: z.array(z.object({ id: z.string().nullable(), text: z.string(), labels: z.array(z.string()) })),
  /** The sheets of a workbook to choose from. */
  sheets: z.array(z.string()),
  /** Where its documents can be split, being long ones. */
  splits: z.array(Split),
  /** Why nothing can be read with this mapping; null: it can. */
  failure: Failure.nullable(),
});
export type Preview = z.infer<typeof Preview>;

const Answer = z.enum(['yes', 'no', 'undecided']);

/** An answer of a file that contradicts one of the project and is not known to be newer. */
const Conflict = z.object({
  key: z.string(),
  document: z.string(),
  start: z.string(),
  label: z.string(),
  theirs: Answer,
  /** ISO 8601; null: the file doesn't tell. */
  theirsAt: z.string().nullable(),
  mine: Answer,
  mineAt: z.string(),
  /** Who gave the project's answer. */
  by: z.string(),
});
export type Conflict = z.infer<typeof Conflict>;

/** Whose answer is kept where they contradict each other: the project's, the files', or the files' for these keys. */
const ConflictPolicy = z.union([
  z.enum(['mine', 'theirs']),
  z.strictObject({ theirs: z.array(z.string().max(400)).max(1000) }),
]);
export type ConflictPolicy = z.infer<typeof ConflictPolicy>;

/** An import as an act of the history. */
export const ImportAct = z.object({
  id: z.int(),
  at: z.string(),
  files: z.array(z.string()),
  /** null: it stands. */
  undoneAt: z.string().nullable(),
  /** Documents that it brought and that are there now. */
  documents: z.int(),
  /** Answers of it that hold now. */
  decisions: z.int(),
});
export type ImportAct = z.infer<typeof ImportAct>;

const ImportUndone = z.object({
  id: z.int(),
  files: z.array(z.string()),
  /** Documents that went, or came back. */
  documents: z.int(),
  /** Answers that are as they were before the import, or as it brought them. */
  answers: z.int(),
  /** Documents that stay, or stay away. */
  stayed: z.int(),
});

export const Census = z.object({
  /** Answers that contradict those of the project. */
  conflictCount: z.int(),
  /** The first of them, which can be decided one by one. */
  conflicts: z.array(Conflict),
  documents: z.int(),
  fresh: z.int(),
  /** In the project already, or twice in the file. */
  duplicate: z.int(),
  /** Longer than the model reads at once: read in parts. */
  long: z.int(),
  /** Rows that are refused (empty, damaged, or with the id of another text), with the first of them in words. */
  problems: z.int(),
  firstProblems: z.array(Failure),
  /** What is worth knowing of the files: what of them is not read, say. */
  notes: z.array(z.string()),
  /** Of those that are new: another file brought their id for another text, so they get its name before it. */
  apart: z.int(),
  /** What labels of the files are called, and what they become. */
  labels: z.array(
    z.object({
      from: z.string(),
      to: z.string().nullable(),
      kind: z.enum(['known', 'new', 'number', 'left out']),
    }),
  ),
});
export type Census = z.infer<typeof Census>;

export const ImportEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), documents: z.int(), share: z.number() }),
  z.object({
    kind: z.literal('done'),
    id: z.int(),
    added: z.int(),
    known: z.int(),
    /** Of those: rows whose document came earlier in the same import. */
    repeated: z.int(),
    annotated: z.int(),
    newLabels: z.array(z.string()),
    /** Rows, those that were refused among them. */
    read: z.int(),
    /** Documents that got the name of their file before an id that another file brought. */
    apart: z.int(),
    /** Documents whose text is there under another id: each is a document of its own. */
    sameText: z.int(),
    /** Labels that have another name in the project. */
    renamed: z.int(),
    /** Documents whose labels are numbers that nobody named. */
    unnamed: z.int(),
    /** Rows that label a text otherwise than one before, and labels of theirs that are a yes in one and a no in the other. */
    differing: z.int(),
    contradictions: z.int(),
    notes: z.array(z.string()),
    problems: z.int(),
    firstProblems: z.array(Failure),
    /** Whether rows that were refused can be saved, to mend and import again. */
    refused: z.boolean(),
    /** Answers that contradicted the project's: how many were kept, and how many overwritten. */
    kept: z.int(),
    overwritten: z.int(),
  }),
]);
export type ImportEvent = z.infer<typeof ImportEvent>;

const Tokens = z.array(Token).min(1).max(1000);

export const imports = {
  /** The formats that can be chosen. */
  formats: oc.output(z.array(ImportFormat)),
  /** The host's file dialog; on the web it is refused. Empty: the person cancelled. */
  choose: oc.input(z.strictObject({ what: z.enum(['files', 'folder']) })).output(z.array(SourceFile)),
  /** Starts handing over a file that the page has; `append` adds its bytes in order. */
  begin: oc
    .input(
      z.strictObject({
        name: z.string().min(1).max(255),
        bytes: z
          .int()
          .min(0)
          .max(2 ** 40),
      }),
    )
    .output(SourceFile),
  append: oc
    .input(z.strictObject({ token: Token, offset: z.int().min(0), chunk: z.file().max(MAX_CHUNK) }))
    .output(z.object({ received: z.int() })),
  preview: oc.input(z.strictObject({ token: Token, reading: Reading })).output(Preview),
  census: oc
    .input(
      z.strictObject({ tokens: Tokens, reading: Reading, annotator: Annotator, absent: Absent.optional() }),
    )
    .output(Census),
  run: oc
    .input(
      z.strictObject({
        tokens: Tokens,
        reading: Reading,
        annotator: Annotator,
        absent: Absent.optional(),
        conflicts: ConflictPolicy,
      }),
    )
    .output(eventIterator(ImportEvent)),
  /** Waits until no import of these files is under way, one that its reader left among them; → what the last one added. */
  ended: oc.input(z.strictObject({ tokens: Tokens })).output(z.object({ added: z.int() })),
  /** Writes the rows that an import refused to a file that the host asks for; null: the person cancelled. */
  saveRefused: oc.input(z.strictObject({ id: z.int() })).output(z.object({ where: z.string() }).nullable()),
  /** The newest first. */
  list: oc.output(z.array(ImportAct)),
  /** Takes an import back: what it brought and what it answered, but for what people decided since. */
  undo: oc.input(z.strictObject({ id: z.int() })).output(ImportUndone),
  redo: oc.input(z.strictObject({ id: z.int() })).output(ImportUndone),
  discard: oc.input(z.strictObject({ tokens: Tokens })).output(z.object({ discarded: z.int() })),
};
