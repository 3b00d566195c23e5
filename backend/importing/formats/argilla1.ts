import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idOf,
  isObject,
  metaOf,
  RowError,
  scoreOf,
  stringOr,
  suggestion,
  textOf,
} from '../fields.ts';
import type { FoundAnnotation, FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { columnFor, type ImportOptions } from '../options.ts';

/**
 * Records for text classification of Argilla 1 and Rubrix: `annotation`, `prediction`, `multi_label`, `status`. Whoever
 * validated one saw all labels.
 */
export const argilla1 = jsonFormat({
  id: 'argilla-1',
  name: 'Argilla 1',
  endings: {},
  takes: ['columns'],
  absence: 'no',
  known: (record) =>
    record !== null &&
    typeof record.multi_label === 'boolean' &&
    (Object.hasOwn(record, 'annotation') || Object.hasOwn(record, 'prediction')) && ['multi_label'],
  reader: (options) => (record) => argilla1Document(record, options),
});

/** As `rg.load(…).to_pandas()` and `DatasetForTextClassification.to_datasets()` write it. */
function argilla1Document(record: JsonObject, options: ImportOptions): FoundDocument {
  const inputs = isObject(record.inputs) ? record.inputs : {};
  const said = columnFor(options, 'text');
  const text = said === undefined ? (stringOr(record.text) ?? onlyText(inputs)) : inputs[said];
  const annotation = annotationOf(record);
  return documentRecord({
    externalId: idOf(record.id),
    text: textOf(text, 'text'),
    meta: metaOf(isObject(record.metadata) ? Object.entries(record.metadata) : []),
    annotations: annotation === null ? [] : [annotation],
    suggestions: predictionsOf(record),
  });
}

/** `Validated`: a person was done with it; `Discarded`: it was put aside; `Default` and `Edited`: not finished. */
function annotationOf(record: JsonObject): FoundAnnotation | null {
  const annotator = stringOr(record.annotation_agent);
  const at = stringOr(record.event_timestamp) ?? undefined;
  if (record.status === 'Discarded')
    return annotationRecord({ annotator, decisions: new Map(), status: 'skipped', absence: 'said', at });
  const { annotation } = record;
  if (annotation === undefined || annotation === null) return null;
  const decisions = new Map(decisionsOf(annotation, 'yes', 'annotation'));
  const done = record.status === 'Validated' || record.status === undefined;
  if (!done && decisions.size === 0) return null;
  return annotationRecord({
    annotator,
    decisions,
    at,
    ...(!done && { status: 'draft', absence: 'said' }),
  });
}

/** Objects with `label` and `score`, or pairs of both. */
function predictionsOf({ prediction, prediction_agent: agent }: JsonObject) {
  if (!Array.isArray(prediction)) return [];
  return prediction.flatMap((entry: unknown) => {
    const [label, score]: unknown[] = Array.isArray(entry)
      ? entry
      : isObject(entry)
        ? [entry.label, entry.score]
        : [];
    const own = scoreOf(score);
    return typeof label === 'string' && own !== null ? [suggestion(label, own, agent)] : [];
  });
}

function onlyText(inputs: JsonObject): unknown {
  const strings = Object.keys(inputs).filter((key) => typeof inputs[key] === 'string');
  const only = Object.hasOwn(inputs, 'text') ? 'text' : strings.length === 1 ? strings[0]! : undefined;
  if (only !== undefined) return inputs[only];
  throw new RowError('It is unclear which field is the text.', {
    column: 'inputs',
    remedy: { code: 'name_text_column', columns: strings.slice(0, 10) },
  });
}
