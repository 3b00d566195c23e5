import type { AnnotationRecord, ExportDocument, ExportSource } from '../../records.ts';
import { accepted, rejected, writable } from '../answers.ts';
import type { ExportFormat, ExportOptions } from '../format.ts';
import { jsonLines, objectOf } from '../json.ts';

/** Entail's own rows: they carry all that formats have, and can be imported again. */
export const jsonl: ExportFormat = {
  name: 'jsonl',
  title: 'JSONL',
  description: 'one JSON object per document and annotator; carries everything but flags',
  extension: '.jsonl',
  carries: {
    ids: true,
    undecided: true,
    noneApply: true,
    skipped: true,
    drafts: true,
    skippedAnswers: true,
    annotators: true,
    suggestions: true,
    split: true,
    meta: true,
    comments: true,
    accepted: true,
  },
  write: (source, options) => jsonLines(rows(source, options)),
};

function* rows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const annotations = writable(document, options, { drafts: true, skipped: true });
    for (const annotation of annotations) yield row(document, annotation, { source, options });
    if (annotations.length === 0 && options.includeUnfinished) yield row(document, null, { source, options });
  }
}

function row(
  { id, text, split, meta, suggestions, accepted: byModel = [] }: ExportDocument,
  annotation: AnnotationRecord | null,
  { source: { labels }, options }: { source: ExportSource; options: ExportOptions },
): object {
  const scores = new Map(suggestions.map((suggestion) => [suggestion.label, suggestion]));
  const known = labels.flatMap(({ name }) => scores.get(name) ?? []);
  return {
    id,
    text,
    ...(annotation && {
      labels: accepted(annotation.decisions, labels),
      rejected: rejected(annotation.decisions, labels),
      status: annotation.status,
      ...(annotation.annotator !== null && { annotator: annotation.annotator }),
    }),
    ...(split && { split }),
    ...(meta.size > 0 && { meta: objectOf(meta) }),
    ...(annotation?.comment && { comment: annotation.comment }),
    ...(known.length > 0 && {
      suggestions: known.map(({ label, score, model }) => ({
        label,
        score,
        model: options.modelName ?? model,
      })),
    }),
    // No decisions: what the model says, and who let it stand.
    ...(byModel.length > 0 && { accepted: byModel }),
    ...(annotation?.seconds !== undefined && { seconds: annotation.seconds }),
    ...(annotation?.at !== undefined && { at: annotation.at }),
  };
}
