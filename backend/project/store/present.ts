/**
 * A condition on an SQL expression that is a document's id: nobody deleted the document, and it was not taken back with
 * its import. All that is read of documents, and of what is known of them, goes through it.
 */
export const present = (id: string): string =>
  `(${id} NOT IN (SELECT document_id FROM deleted_documents)
    AND ${id} NOT IN (SELECT gone.document_id FROM import_documents gone WHERE gone.removed = 1))`;
