import type { Decision } from '../../records.ts';
import {
  annotationRecord,
  documentRecord,
  isObject,
  labelName,
  metaOf,
  RowError,
  stringOr,
  textOf,
} from '../fields.ts';
import type { FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { fixed, toolColumns } from '../toolFields.ts';

const METADATA = '-metadata';

/** Output of labelling jobs of Amazon SageMaker Ground Truth: classes are numbers, whose names stand in the metadata beside them. */
export const groundTruth = jsonFormat({
  id: 'ground-truth',
  name: 'SageMaker Ground Truth',
  endings: {},
  takes: [],
  absence: 'open',
  known(record) {
    const job = record === null ? undefined : jobIn(record);
    return job !== undefined && [`${job}${METADATA}`];
  },
  reader: () => groundTruthDocument,
  fields: (first) => {
    const job = first.map(jobIn).find((name) => name !== undefined);
    return toolColumns(first, (name) =>
      fixed(name === 'source' ? 'text' : name === job || name === `${job}${METADATA}` ? 'labels' : 'meta'),
    );
  },
});

/** The field of a job whose classes have names; undefined: there is none. */
const jobIn = (record: JsonObject): string | undefined =>
  typeof record.source === 'string'
    ? Object.keys(record).find((name) => classesIn(record[`${name}${METADATA}`]) !== null)
    : undefined;

/** The names of the classes that were chosen; null: the metadata has none. */
function classesIn(metadata: unknown): readonly unknown[] | null {
  if (!isObject(metadata)) return null;
  if (metadata['class-name'] !== undefined) return [metadata['class-name']];
  return isObject(metadata['class-map']) ? Object.values(metadata['class-map']) : null;
}

function groundTruthDocument(record: JsonObject): FoundDocument {
  const job = jobIn(record);
  const metadata = job === undefined ? null : record[`${job}${METADATA}`];
  const names = classesIn(metadata);
  const decisions = (names ?? []).map((name): [string, Decision] => [
    labelName(name, `${job}${METADATA}`),
    'yes',
  ]);
  // The service labels some by a model of its own.
  const isPersons = isObject(metadata) && metadata['human-annotated'] !== 'no';
  const at = isObject(metadata) ? (stringOr(metadata['creation-date']) ?? undefined) : undefined;
  if (record.source === undefined && record['source-ref'] !== undefined)
    throw new RowError('Its text lies in another place, which is not read.', { column: 'source-ref' });
  return documentRecord({
    text: textOf(record.source, 'source'),
    meta: metaOf(
      Object.entries(record).filter(([name]) => !['source', job, `${job}${METADATA}`].includes(name)),
    ),
    annotations:
      decisions.length > 0 && isPersons ? [annotationRecord({ decisions: new Map(decisions), at })] : [],
  });
}
