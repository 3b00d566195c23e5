import type { DocumentFormat } from '../format.ts';
import { argilla, argillaDocument, flatColumn } from './argilla.ts';
import { parquet, parquetDocuments, parquetNames } from './parquet.ts';

/** Parquet of what Argilla 2's client gives out as a data set: columns of responses beside the fields. */
export const argillaParquet: DocumentFormat = {
  id: 'argilla-parquet',
  name: 'Argilla (Parquet)',
  endings: {},
  binary: true,
  takes: ['columns'],
  absence: argilla.absence,
  async sniff(file, { format }) {
    // Whoever says so has it read as any other table.
    if (format === parquet.id) return null;
    const name = flatColumn((await parquetNames(file)) ?? []);
    return name === undefined ? null : { kind: 'fields', names: [name] };
  },
  read: (file, options) => parquetDocuments(file, options, (row) => argillaDocument(row, options)),
};
