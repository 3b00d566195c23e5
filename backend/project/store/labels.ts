import type Database from 'better-sqlite3';
import { z } from 'zod';
import { wordSums } from './wordSums.ts';

/** A label of the project; its probability is the mean over its hypotheses. */
export interface Label {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly guidelines: string;
  /** #rrggbb */
  readonly color: string;
  /** The key that toggles it, or null. */
  readonly key: string | null;
  readonly hypotheses: readonly string[];
}

export type NewLabel = Pick<Label, 'name' | 'hypotheses'> &
  Partial<Pick<Label, 'description' | 'guidelines' | 'color' | 'key'>>;

export interface LabelStore {
  /** In project order. */
  all(): Label[];
  /** Of a deleted label too. */
  nameOf(id: number): string | undefined;
  add(label: NewLabel): Label;
  /** Writes everything but the place in the order. */
  update(label: Label): void;
  reorder(ids: readonly number[]): void;
  /** A deleted label keeps its history. */
  setDeleted(id: number, at: string | null): void;
}

const Description = z.string().max(20_000);
const Guidelines = z.string().max(200_000);
const Sentence = z.string().min(1).max(10_000);
const isOf = (schema: z.ZodString) => (value: string) => schema.safeParse(value).success;

/** Whether these texts of a label can be read from a file. */
export const isDescription = isOf(Description);
export const isGuidelines = isOf(Guidelines);
export const isSentence = isOf(Sentence);

const Row = z.object({
  id: z.int(),
  name: z.string().min(1).max(200),
  description: Description,
  guidelines: Guidelines,
  color: z.string().regex(/^#[0-9a-f]{6}$/),
  key: z.string().max(20).nullable(),
});

/** Distinct for common kinds of colour blindness, dark enough for text (after Okabe and Ito 2008). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#aa4499', '#8a6d00', '#56789a', '#b03060', '#44aa99'];

/** Made once: a project may have thousands of labels. */
const Sentences = z.array(Sentence);

export function labelStore(db: Database.Database): LabelStore {
  const select = db.prepare(
    'SELECT id, name, description, guidelines, color, key FROM labels WHERE deleted_at IS NULL ORDER BY position, id',
  );
  const nameOf = db.prepare<unknown[], string>('SELECT name FROM labels WHERE id = ?').pluck();
  const sentences = db.prepare('SELECT text FROM hypotheses WHERE label_id = ? ORDER BY position').pluck();
  const dropSentences = db.prepare('DELETE FROM hypotheses WHERE label_id = ?');
  const update = db.prepare(
    `UPDATE labels SET name = @name, description = @description, guidelines = @guidelines, color = @color, key = @key
     WHERE id = @id`,
  );
  const move = db.prepare('UPDATE labels SET position = ? WHERE id = ?');
  const setDeleted = db.prepare('UPDATE labels SET deleted_at = ? WHERE id = ?');
  const count = db.prepare<unknown[], number>('SELECT count(*) FROM labels').pluck();
  const insert = db.prepare(
    `INSERT INTO labels (name, description, guidelines, color, key, position)
     VALUES (@name, @description, @guidelines, @color, @key, @position)`,
  );
  const insertSentence = db.prepare('INSERT INTO hypotheses (label_id, position, text) VALUES (?, ?, ?)');
  const sum = wordSums(db, 'label');
  const hypothesesOf = (id: number) => Sentences.parse(sentences.all(id));
  const putSentences = (id: number, hypotheses: readonly string[]) =>
    hypotheses.forEach((text, i) => {
      insertSentence.run(id, i, text);
    });
  return {
    all: () => select.all().map((row) => withSentences(Row.parse(row), hypothesesOf)),
    nameOf: (id) => nameOf.get(id),
    add(label) {
      const position = count.get() ?? 0;
      const row = {
        name: label.name,
        description: label.description ?? '',
        guidelines: label.guidelines ?? '',
        color: label.color ?? COLORS[position % COLORS.length]!,
        key: label.key ?? null,
      };
      const id = Number(insert.run({ ...row, position }).lastInsertRowid);
      putSentences(id, label.hypotheses);
      sum(id);
      return { id, ...row, hypotheses: label.hypotheses };
    },
    update({ hypotheses, ...row }) {
      update.run(row);
      dropSentences.run(row.id);
      putSentences(row.id, hypotheses);
      sum(row.id);
    },
    reorder: (ids) =>
      ids.forEach((id, position) => {
        move.run(position, id);
      }),
    setDeleted: (id, at) => void setDeleted.run(at, id),
  };
}

const withSentences = (row: z.infer<typeof Row>, hypothesesOf: (id: number) => string[]): Label => ({
  ...row,
  hypotheses: hypothesesOf(row.id),
});
