/**
 * A condition on an SQL expression that is a document's id: nobody deleted the document, and it was not taken back with
 * its import. All that is read of documents, and of what is known of them, goes through it.
 */
export const present = (id: string): string =>
  `(${id} NOT IN (SELECT document_id FROM deleted_documents)
    AND ${id} NOT IN (SELECT gone.document_id FROM import_documents gone WHERE gone.removed = 1))`;

/**
 * The same of one row, asked for often: `present` lists all that is gone at each question. `id` names its table, and not
 * one called `gone`.
 */
export const presentRow = (id: `${string}.${string}`): string =>
  `(NOT EXISTS (SELECT 1 FROM deleted_documents gone WHERE gone.document_id = ${id})
    AND NOT EXISTS (SELECT 1 FROM import_documents gone WHERE gone.document_id = ${id} AND gone.removed = 1))`;
