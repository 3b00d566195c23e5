import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { dateOf, numberOf, truthOf } from '../../documents/fieldKinds.ts';
import { drain, rowGroups } from '../parquetGroups.ts';
import { type Cell, joined, type ResultColumn, type ResultTable, type TableFormat } from './table.ts';

/** Numbers, dates and yes or no are typed; lists are lists. */
export const parquetTable: TableFormat = {
  name: 'results-parquet',
  description: 'typed columns, for programs',
  extension: '.parquet',
  costs: ['broken characters are replaced'],
  write,
};

async function* write({ columns, rows }: ResultTable): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy: 'Entail' });
  const groups = rowGroups<readonly Cell[]>();
  const written = (group: readonly (readonly Cell[])[]): Uint8Array => {
    const columnData = columns.map((column, i) => ({
      name: column.name,
      data: group.map((row) => parquetValue(row[i] ?? null, column)),
    }));
    parquet.write({ columnData, rowGroupSize: group.length });
    return drain(writer);
  };
  for await (const row of rows()) {
    const group = groups.add(row, unitsOf(row));
    if (group) yield written(group);
  }
  const rest = groups.rest();
  if (rest) yield written(rest);
  parquet.finish();
  yield drain(writer);
}

const unitsOf = (row: readonly Cell[]): number =>
  row.reduce((sum: number, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0);

function parquetValue(cell: Cell, { kind }: ResultColumn): unknown {
  if (cell === null || cell === '') return undefined;
  if (typeof cell === 'object')
    return kind === 'list' ? cell.map((name) => name.toWellFormed()) : joined(cell);
  if (kind === 'number') return numberOf(cell);
  if (kind === 'yes/no') return truthOf(cell) ?? undefined;
  if (kind === 'date') return new Date(dateOf(cell));
  return String(cell).toWellFormed();
}

function schemaOf(columns: readonly ResultColumn[]): SchemaElement[] {
  const own = columns.flatMap(({ name, kind }): SchemaElement[] => {
    const optional = { name, repetition_type: 'OPTIONAL' } as const;
    switch (kind) {
      case 'text':
        return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
      case 'number':
        return [{ ...optional, type: 'DOUBLE' }];
      case 'yes/no':
        return [{ ...optional, type: 'BOOLEAN' }];
      case 'date':
        return [{ ...optional, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }];
      case 'list':
        return [
          { ...optional, converted_type: 'LIST', num_children: 1 },
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        ];
      default:
        return kind satisfies never;
    }
  });
  return [{ name: 'schema', num_children: columns.length }, ...own];
}
