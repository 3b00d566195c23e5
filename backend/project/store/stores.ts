import type Database from 'better-sqlite3';
import { type AnnotationStore, annotationStore } from './annotations.ts';
import { type DocumentStore, documentStore } from './documents.ts';
import { type EmbeddingStore, embeddingStore } from './embeddings.ts';
import { type EvidenceStore, evidenceStore } from './evidence.ts';
import { type LabelStore, labelStore } from './labels.ts';
import { type RunStore, runStore } from './runs.ts';
import { type SettingStore, settingStore } from './settings.ts';

/** All tables of a project: SQL and nothing else. */
export interface Stores {
  readonly settings: SettingStore;
  readonly labels: LabelStore;
  readonly documents: DocumentStore;
  readonly annotations: AnnotationStore;
  readonly evidence: EvidenceStore;
  readonly embeddings: EmbeddingStore;
  readonly runs: RunStore;
}

export const createStores = (db: Database.Database): Stores => ({
  settings: settingStore(db),
  labels: labelStore(db),
  documents: documentStore(db),
  annotations: annotationStore(db),
  evidence: evidenceStore(db),
  embeddings: embeddingStore(db),
  runs: runStore(db),
});
