import Database from 'better-sqlite3';
import { processLog } from '../../../process/last.ts';

/**
 * The index for searching (FTS5) holds nothing but words of the texts, so it is made anew wherever it turns out to be
 * damaged, or was changed by something else than Entail.
 */
export interface SearchIndex {
  /** Of a new document, or of one whose text was replaced. */
  add(id: number, text: string): void;
  /** Before a text is replaced. */
  remove(id: number, text: string): void;
  /** Runs what looks words up; once more where the index had to be made anew. */
  reading<T>(look: () => T): T;
  /** To be called at the end of a transaction: what FTS5 would only then write to the index, and could fail at, is written. */
  settle(): void;
  /** Compares it with every text, and makes it anew where it does not fit them; whether it had to. */
  mend(): boolean;
}

/** `write`: as `Project.write`. */
export function searchIndex(db: Database.Database, write: (work: () => void) => void): SearchIndex {
  const insert = db.prepare('INSERT INTO documents_text (rowid, text) VALUES (?, ?)');
  // An index over the content of another table is told what goes (https://www.sqlite.org/fts5.html#the_delete_command).
  const unindex = db.prepare(
    "INSERT INTO documents_text (documents_text, rowid, text) VALUES ('delete', ?, ?)",
  );
  const flush = db.prepare("INSERT INTO documents_text (documents_text) VALUES ('flush')");
  let stale = false;
  let touched = false;
  const mend = () => {
    makeIndexAnew(db);
    stale = false;
  };
  const orElse = <T>(work: () => T, mended: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!isIndexDamage(error)) throw error;
      return mended();
    }
  };
  return {
    add(id, text) {
      touched = true;
      if (stale) mend();
      else orElse(() => void insert.run(id, text), mend);
    },
    remove(id, text) {
      touched = true;
      orElse(
        () => void unindex.run(id, text),
        () => {
          stale = true;
        },
      );
    },
    reading: (look) =>
      orElse(look, () => {
        write(mend);
        return look();
      }),
    settle() {
      if (!touched) return;
      touched = false;
      orElse(() => void flush.run(), mend);
    },
    mend() {
      let anew = false;
      write(() => {
        anew = !indexAgrees(db);
        if (anew) mend();
      });
      return anew;
    },
  };
}

/**
 * A constraint fails where the index has forgotten a part of itself and writes another in its place; garbage may say that
 * it needs more memory than there is.
 */
export const isIndexDamage = (error: unknown): boolean =>
  error instanceof Database.SqliteError &&
  /^SQLITE_(CORRUPT_VTAB|CONSTRAINT|MISMATCH|NOMEM)/.test(error.code);

/** Of SQLite's own check of a whole file: lines that tell of the index and of nothing else. */
export const isIndexLine = (line: string): boolean => /^fts5: | inverted index for FTS5 table /.test(line);

/** Whether its settings are those that Entail makes it with; with others FTS5 may open nothing at all. The schema must be ours. */
export function indexHasOurSettings(db: Database.Database): boolean {
  const ours = "k = 'version' AND typeof(v) = 'integer' AND v = 4";
  const found = db.prepare(`SELECT count(*) = 1 AND total(${ours}) = 1 FROM main.documents_text_config`);
  return found.pluck().get() === 1;
}

/** Documents that are looked up, besides the last that have such a word, and characters of each. */
const LOOKED_UP = 50;
const LOOKED_AT = 200;
/** One that no way of cutting texts into words would cut or lengthen. */
const PLAIN_WORDS = /(?<=^|\s)[A-Za-z0-9]{1,50}(?=\s)/g;

/**
 * Whether the index can be used: its settings are ours, it has as many documents as there are, and a word of the last
 * and of some others, each time others, leads to them. What is wrong deeper inside shows where it is used, or not at all.
 */
export function indexIsUsable(db: Database.Database): boolean {
  if (!indexHasOurSettings(db)) return false;
  const one = (sql: string) => db.prepare(sql).pluck().get();
  const count = (table: string) => one(`SELECT count(*) FROM main.${table}`);
  if (count('documents_text_docsize') !== count('documents')) return false;
  const found = db.prepare('SELECT 1 FROM documents_text WHERE documents_text MATCH ? AND rowid = ?');
  try {
    // By its beginning too, which is another part of the index.
    found.get('"a"*', 0);
    return wordsToLookUp(db).every(({ id, word }) => found.get(`"${word}"`, id) !== undefined);
  } catch (error) {
    if (isIndexDamage(error)) return false;
    throw error;
  }
}

function wordsToLookUp(db: Database.Database): { id: number; word: string }[] {
  const start = `id, substr(text, 1, ${LOOKED_AT}) AS start FROM main.documents`;
  const last = db
    .prepare<unknown[], Start>(`SELECT ${start} ORDER BY id DESC LIMIT ${LOOKED_AT}`)
    .all()
    .flatMap(wordOf);
  const from = db.prepare<unknown[], Start>(`SELECT ${start} WHERE id >= ? ORDER BY id LIMIT 1`);
  const most = db.prepare<unknown[], number>('SELECT max(id) FROM main.documents').pluck().get() ?? 0;
  const others = Array.from({ length: LOOKED_UP }, () => from.get(Math.ceil(Math.random() * most)));
  return [...last.slice(0, 1), ...others.flatMap((row) => (row === undefined ? [] : wordOf(row)))];
}

interface Start {
  readonly id: number;
  readonly start: unknown;
}

function wordOf({ id, start }: Start): { id: number; word: string }[] {
  const words = String(start).match(PLAIN_WORDS) ?? [];
  const word = words[Math.floor(Math.random() * words.length)];
  return word === undefined ? [] : [{ id, word }];
}

/** FTS5's own check, which compares index and texts (https://www.sqlite.org/fts5.html#the_integrity_check_command). */
export function indexAgrees(db: Database.Database): boolean {
  try {
    db.prepare("INSERT INTO documents_text (documents_text, rank) VALUES ('integrity-check', 1)").run();
    return true;
  } catch (error) {
    if (isIndexDamage(error)) return false;
    throw error;
  }
}

/** Gives it the settings that Entail makes it with. */
export function resetIndexSettings(db: Database.Database): void {
  // Else SQLite lets nobody but FTS5 write to its tables, and that may not be able to open them.
  db.unsafeMode(true);
  try {
    db.exec(`DELETE FROM main.documents_text_config;
      INSERT INTO main.documents_text_config (k, v) VALUES ('version', 4)`);
  } finally {
    db.unsafeMode(false);
  }
}

/** From the texts, whatever is in the tables that it lies in. In a transaction. */
export function makeIndexAnew(db: Database.Database): void {
  processLog().write('search-index-made-anew');
  if (!indexHasOurSettings(db)) resetIndexSettings(db);
  db.exec("INSERT INTO documents_text (documents_text) VALUES ('rebuild')");
}
