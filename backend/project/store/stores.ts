import type Database from 'better-sqlite3';
import { type AcceptedStore, acceptedStore } from './accepted.ts';
import { type ActStore, actStore } from './acts.ts';
import { type AnnotationStore, annotationStore } from './annotations.ts';
import { type DamagedRows, damagedRows } from './damagedRows.ts';
import { type DocumentChangeStore, documentChangeStore } from './documentChanges.ts';
import { type DocumentQueryStore, documentQueryStore } from './documentQuery.ts';
import { type DocumentStore, documentStore } from './documents.ts';
import { type EmbeddingStore, embeddingStore } from './embeddings.ts';
import { type EvidenceStore, evidenceStore } from './evidence.ts';
import { type FieldStore, fieldStore } from './fields.ts';
import { type FinishedStore, finishedStore } from './finished.ts';
import { type ImportStore, importStore } from './imports.ts';
import { type LabelChangeStore, labelChangeStore } from './labelChanges.ts';
import { type LabelStore, labelStore } from './labels.ts';
import { type LayoutStore, layoutStore } from './layouts.ts';
import { type PartialStore, partialStore } from './partial.ts';
import { teachSums } from './rowSum.ts';
import { type RunStore, runStore } from './runs.ts';
import { type SearchIndex, searchIndex } from './searchIndex.ts';
import { type SettingStore, settingStore } from './settings.ts';
import { type SettledStore, settledStore } from './settled.ts';
import { type StandingStore, standingStore } from './standing.ts';
import { type UnseenScoreStore, unseenScoreStore } from './unseenScores.ts';

/** All tables of a project: SQL and nothing else. */
export interface Stores {
  readonly settings: SettingStore;
  readonly labels: LabelStore;
  readonly labelChanges: LabelChangeStore;
  readonly documents: DocumentStore;
  readonly documentQuery: DocumentQueryStore;
  readonly searchIndex: Pick<SearchIndex, 'settle' | 'mend'>;
  readonly fields: FieldStore;
  readonly documentChanges: DocumentChangeStore;
  readonly annotations: AnnotationStore;
  readonly settled: SettledStore;
  readonly finished: FinishedStore;
  readonly partial: PartialStore;
  readonly acts: ActStore;
  /** Of models, not of people: no decisions. */
  readonly accepted: AcceptedStore;
  readonly layouts: LayoutStore;
  readonly imports: ImportStore;
  readonly standing: StandingStore;
  readonly evidence: EvidenceStore;
  readonly embeddings: EmbeddingStore;
  readonly tunedEmbeddings: EmbeddingStore;
  readonly runs: RunStore;
  readonly unseenScores: UnseenScoreStore;
  /** What models computed, was read and is damaged. */
  readonly damaged: DamagedRows;
}

/** `write`: as `Project.write`, for what is mended while it is read. */
export function createStores(db: Database.Database, write: (work: () => void) => void): Stores {
  teachSums(db);
  const damaged = damagedRows(db);
  const index = searchIndex(db, write);
  const documents = documentStore(db, index);
  const settings = settingStore(db);
  const evidence = evidenceStore(db, damaged);
  const embeddings = embeddingStore(db, damaged, 'embeddings');
  const tunedEmbeddings = embeddingStore(db, damaged, 'tuned_embeddings');
  const forget = (documentId: number) => {
    evidence.drop(documentId);
    embeddings.drop(documentId);
    tunedEmbeddings.drop(documentId);
  };
  return {
    settings,
    labels: labelStore(db),
    labelChanges: labelChangeStore(db),
    documents,
    documentQuery: documentQueryStore(db, { ids: documents.ids, index }),
    searchIndex: index,
    fields: fieldStore(db),
    documentChanges: documentChangeStore(db, documents, forget),
    annotations: annotationStore(db),
    settled: settledStore(db, settings),
    finished: finishedStore(db),
    partial: partialStore(db),
    acts: actStore(db),
    accepted: acceptedStore(db),
    layouts: layoutStore(db),
    imports: importStore(db),
    standing: standingStore(db),
    evidence,
    embeddings,
    tunedEmbeddings,
    runs: runStore(db),
    unseenScores: unseenScoreStore(db, damaged),
    damaged,
  };
}
