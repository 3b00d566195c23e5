import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { mustGet } from '../../../process/must.ts';
import type { ExportSource } from '../../records.ts';
import type { MetaColumn } from '../columns.ts';
import type { ExportFormat, ExportOptions } from '../format.ts';
import { brokenCharacters } from '../losses.ts';
import { drain, rowGroups } from '../parquetGroups.ts';
import {
  CARRIES,
  type Columns,
  columnsOf,
  otherCells,
  type Part,
  type Row,
  rows,
  testFile,
} from './huggingFace.ts';

/** Parquet with numbered labels and their names, as `datasets` writes it: a reader gets named classes. */
export const huggingFaceParquet: ExportFormat = {
  name: 'hf-parquet',
  title: 'Hugging Face, Parquet',
  description: 'Parquet for Hugging Face datasets: labels as named classes',
  extension: '.parquet',
  carries: CARRIES,
  write: (source, options) => file(source, options, 'train'),
  sidecars: (source, options) => testFile(source, options, () => file(source, options, 'test')),
  notes: brokenCharacters,
};

function* file(source: ExportSource, options: ExportOptions, part: Part): Iterable<Uint8Array> {
  const columns = columnsOf(source);
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: schemaOf(columns),
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify(featuresOf(source, columns)) }],
    createdBy: 'Entail',
  });
  const numbers = new Map(source.labels.map(({ name }, i) => [name, BigInt(i)]));
  for (const group of groupsOf(rows(source, options, part))) {
    parquet.write({ columnData: columnData(group, columns, numbers), rowGroupSize: group.length });
    yield drain(writer);
  }
  parquet.finish();
  yield drain(writer);
}

function* groupsOf(all: Iterable<Row>): Iterable<readonly Row[]> {
  const groups = rowGroups<Row>();
  for (const row of all) {
    const group = groups.add(row, row.document.text.length);
    if (group) yield group;
  }
  const rest = groups.rest();
  if (rest) yield rest;
}

function columnData(group: readonly Row[], columns: Columns, numbers: ReadonlyMap<string, bigint>) {
  const others = group.map(({ document }) => otherCells(document, columns));
  const names = [...(columns.split ? ['split'] : []), ...columns.meta.map(({ name }) => name)];
  return [
    { name: 'id', data: group.map(({ document }) => document.id.toWellFormed()) },
    { name: 'text', data: group.map(({ document }) => document.text.toWellFormed()) },
    {
      name: 'labels',
      data: group.map(({ labels }) => labels?.map((name) => mustGet(numbers, name, 'number'))),
    },
    ...names.map((name, i) => ({ name, data: others.map((cells) => cells[i]![1]) })),
  ];
}

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
});

const TYPES = {
  text: { schema: text, dtype: 'string' },
  number: {
    schema: (name: string): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }),
    dtype: 'float64',
  },
  'yes/no': {
    schema: (name: string): SchemaElement => ({ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' }),
    dtype: 'bool',
  },
} as const satisfies Record<MetaColumn['kind'], unknown>;

function schemaOf({ split, meta }: Columns): SchemaElement[] {
  const others = [
    ...(split ? [text('split')] : []),
    ...meta.map(({ name, kind }) => TYPES[kind].schema(name)),
  ];
  return [
    { name: 'schema', num_children: 3 + others.length },
    text('id'),
    text('text'),
    { name: 'labels', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
    ...others,
  ];
}

/** The features of `datasets`, which it reads from the file's metadata. */
function featuresOf({ labels }: ExportSource, { split, meta }: Columns): object {
  const value = (dtype: string) => ({ dtype, _type: 'Value' });
  const names = labels.map(({ name }) => name);
  const features: [string, object][] = [
    ['id', value('string')],
    ['text', value('string')],
    ['labels', { feature: { names, _type: 'ClassLabel' }, _type: 'List' }],
    ...(split ? [['split', value('string')] as [string, object]] : []),
    ...meta.map(({ name, kind }): [string, object] => [name, value(TYPES[kind].dtype)]),
  ];
  return { info: { features: Object.fromEntries(features) } };
}
