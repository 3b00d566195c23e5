import type Database from 'better-sqlite3';
import { z } from 'zod';
import { RULES } from '../../../contract/index.ts';

/** What a project remembers beside its tables. Unknown or broken values fall back to the default. */
const SETTINGS = {
  /** Where suggestions come from: a folder, a hub id, or "default". */
  model: z.string().min(1).max(4096).catch('default'),
  /** The run whose weights suggest; 0: the model as it is. */
  activeRun: z.coerce.number().int().nonnegative().catch(0),
  /** What the project is called; '': as its file. */
  name: z.string().max(120).catch(''),
  /** Who annotates on this machine. */
  annotator: z.string().max(200).catch(''),
  /** Under which name the newest embeddings are kept; see backend/suggesting/embedding.ts. */
  embeddings: z.string().max(200).catch(''),
  /** Under which name all documents have embeddings that a run tuned; see backend/suggesting/tuned.ts. */
  tunedEmbeddings: z.string().max(200).catch(''),
  /** Whose answer counts where annotators disagree; see `SettledStore`. */
  disagreements: z.enum(RULES).catch('majority'),
  /** Who settles disagreements under the rule "adjudicated"; '': nobody. */
  adjudicator: z.string().max(200).catch(''),
  /** The documents that tell what is usual for labels (JSON); see backend/suggesting/priorSample.ts. */
  priorSample: z.string().max(1_000_000).catch(''),
  /** The model that is kept though it does not read the language of documents; see backend/suggesting/languages. */
  languageKept: z.string().max(4096).catch(''),
  /** The model that ships now and was offered to a project with one of before, which is kept. */
  newerPassedOver: z.string().max(200).catch(''),
  /** What is asked of labels' suggestions instead of the best F1 (JSON); see backend/suggesting/targets.ts. */
  targets: z.string().max(200_000).catch(''),
} as const;

export type Settings = { [K in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[K]> };

export interface SettingStore {
  get<K extends keyof Settings>(key: K): Settings[K];
  set<K extends keyof Settings>(key: K, value: Settings[K]): void;
}

/** Whether a stored value is one that this setting may have; of a setting that is not known: whether it is short. */
export function isSettingValue(key: string, value: string): boolean {
  const schema = Object.entries(SETTINGS).find(([own]) => own === key)?.[1];
  return schema === undefined ? value.length <= 1_000_000 : schema.unwrap().safeParse(value).success;
}

export function settingStore(db: Database.Database): SettingStore {
  const read = db.prepare('SELECT value FROM settings WHERE key = ?').pluck();
  const write = db.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    get: <K extends keyof Settings>(key: K) => SETTINGS[key].parse(read.get(key)) as Settings[K],
    set: (key, value) => void write.run(key, String(value)),
  };
}
