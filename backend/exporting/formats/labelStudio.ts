import { predicted } from '../../../engine/light.ts';
import { BackendError } from '../../errors.ts';
import { ANNOTATED_BY, COMMENT, DOCUMENT_ID, SCORES, SPLIT } from '../../importing/carried.ts';
import type { AnnotationRecord, ExportSource } from '../../records.ts';
import { accepted, scoresOf, writable } from '../answers.ts';
import { metaEntries } from '../columns.ts';
import { beside, DEFAULT_THRESHOLD, type ExportFormat, type ExportOptions } from '../format.ts';
import { jsonArray, objectOf } from '../json.ts';
import { documents } from '../losses.ts';

/** Tasks of Label Studio, and its labelling configuration beside them. */
export const labelStudio: ExportFormat = {
  name: 'label-studio',
  title: 'Label Studio',
  description: 'tasks with annotations and predictions for Label Studio',
  extension: '.json',
  carries: {
    ids: true,
    undecided: false,
    noneApply: true,
    skipped: true,
    drafts: true,
    annotators: true,
    suggestions: true,
    split: true,
    meta: true,
    comments: true,
  },
  write: (source, options) => jsonArray(tasks(source, options)),
  sidecars: (source) => [beside('.config.xml', configuration(source))],
  notes,
};

function notes(source: ExportSource, options: ExportOptions): string[] {
  let count = 0;
  for (const document of source.documents())
    if (
      writable(document, options, { drafts: true, skipped: false }).some(({ status }) => status === 'draft')
    )
      count += 1;
  return count === 0
    ? []
    : [`unfinished answers are drafts, which the open-source server does not take in (${documents(count)})`];
}

const TAKEN = new Set(['id', 'text', SCORES, SPLIT, DOCUMENT_ID, ANNOTATED_BY, COMMENT]);

/** Ids of one kind are distinct in the whole file: Label Studio requires it. */
interface Ids {
  annotation: number;
  draft: number;
  result: number;
  prediction: number;
}

function* tasks(source: ExportSource, options: ExportOptions): Iterable<object> {
  const ids: Ids = { annotation: 0, draft: 0, result: 0, prediction: 0 };
  for (const document of source.documents()) {
    const all = writable(document, options, { drafts: true, skipped: true });
    if (all.length === 0 && !options.includeUnfinished) continue;
    // A label not chosen is a no there, so what is not finished is no annotation.
    const own = all.filter(({ status }) => status !== 'draft');
    const drafts = all.filter(({ status }) => status === 'draft');
    const scored = scoresOf(document, source, options);
    yield {
      id: document.number,
      data: {
        text: document.text,
        [DOCUMENT_ID]: document.id,
        ...(document.split === 'test' && own.length === 0 && { [SPLIT]: document.split }),
        ...objectOf(metaEntries(document, (name) => TAKEN.has(name))),
        // The format has no place for a score per label.
        ...(scored && { [SCORES]: objectOf(scored.scores) }),
      },
      annotations: own.map((annotation) => ({
        ...annotationOf(annotation, source, ids),
        ground_truth: document.split === 'test',
      })),
      ...(drafts.length > 0 && { drafts: drafts.map((annotation) => draftOf(annotation, source, ids)) }),
      predictions: scored ? [prediction(scored, options, ids)] : [],
    };
  }
}

/**
 * Without `completed_by`: Label Studio refuses a whole file for one person it has no account of, and knows no names. Who
 * it was stands in a control of its own, which it gives back as it is.
 */
function annotationOf(annotation: AnnotationRecord, source: ExportSource, ids: Ids): object {
  ids.annotation += 1;
  return {
    id: ids.annotation,
    was_cancelled: annotation.status === 'skipped',
    ...answerOf(annotation, source, ids),
  };
}

/** What someone began, with the fields of the tool's drafts alone: it takes no others. */
function draftOf(annotation: AnnotationRecord, source: ExportSource, ids: Ids): object {
  ids.draft += 1;
  return { id: ids.draft, ...answerOf(annotation, source, ids) };
}

function answerOf(
  { annotator, status, decisions, comment, seconds, at }: AnnotationRecord,
  { labels }: ExportSource,
  ids: Ids,
): object {
  const choices = status === 'skipped' ? [] : accepted(decisions, labels);
  const resultId = () => {
    ids.result += 1;
    return `r${ids.result}`;
  };
  return {
    ...(seconds !== undefined && { lead_time: seconds }),
    ...(at !== undefined && { created_at: at, updated_at: at }),
    result: [
      ...(choices.length > 0 ? [result(resultId(), choices, 'manual')] : []),
      ...(annotator !== null ? [written(resultId(), ANNOTATED_BY, annotator)] : []),
      ...(comment ? [written(resultId(), COMMENT, comment)] : []),
    ],
  };
}

const written = (id: string, control: string, text: string) => ({
  id,
  from_name: control,
  to_name: 'text',
  type: 'textarea',
  origin: 'manual',
  value: { text: [text] },
});

const result = (id: string, choices: readonly string[], origin: string) => ({
  id,
  from_name: 'labels',
  to_name: 'text',
  type: 'choices',
  origin,
  value: { choices },
});

/** One score per prediction: the smallest margin of the document, so that ascending order gives uncertain ones first. */
function prediction(
  { scores, model }: NonNullable<ReturnType<typeof scoresOf>>,
  { threshold = DEFAULT_THRESHOLD }: ExportOptions,
  ids: Ids,
): object {
  ids.prediction += 1;
  const above = scores.filter(([, score]) => predicted(score, threshold)).map(([name]) => name);
  const margin = scores.reduce((least, [, score]) => Math.min(least, Math.abs(score - threshold)), 1);
  return {
    model_version: model,
    score: Math.round(margin * 1e6) / 1e6,
    result: above.length > 0 ? [result(`p${ids.prediction}`, above, 'prediction')] : [],
  };
}

const XML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
/** Characters that XML 1.0 has no way to write (production 2, "Char"). */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function configuration({ labels }: ExportSource): string {
  const choices = labels.map(({ name }) => {
    if (NOT_XML.test(name)) throw notXml(name);
    return `    <Choice value="${name.replace(/[&<>"'\t\n\r]/g, (c) => XML[c]!)}"/>\n`;
  });
  return `<View>
  <Text name="text" value="$text"/>
  <Choices name="labels" toName="text" choice="multiple" showInLine="true">
${choices.join('')}  </Choices>
  <TextArea name="${COMMENT}" toName="text" placeholder="Comment" maxSubmissions="1" editable="true"/>
  <View style="display: none">
    <TextArea name="${ANNOTATED_BY}" toName="text" maxSubmissions="1"/>
  </View>
</View>
`;
}

const notXml = (name: string) =>
  new BackendError(
    'label_not_writable',
    `The label "${name}" has a character that XML can't hold, as Label Studio's configuration would need it.`,
    'Rename the label, or choose another format, such as jsonl.',
    undefined,
    { name },
  );
