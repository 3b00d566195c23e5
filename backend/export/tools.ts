import type { AnnotationRecord, ExportDocument, ExportSource } from '../records.ts';
import {
  accepted,
  type ExportFormat,
  type ExportOptions,
  jsonArray,
  jsonLines,
  merged,
  objectOf,
  scoresOf,
  writable,
} from './format.ts';

/** Tasks of Label Studio, and its labelling configuration beside them. */
export const labelStudio: ExportFormat = {
  name: 'label-studio',
  description: 'tasks with annotations and predictions for Label Studio',
  carries: {
    undecided: false,
    noneApply: true,
    skipped: true,
    annotators: true,
    suggestions: true,
    split: true,
    meta: true,
  },
  write: (source, options) => jsonArray(labelStudioTasks(source, options)),
  sidecars: (source) => [{ suffix: '.config.xml', content: labelStudioConfig(source) }],
};

function* labelStudioTasks(source: ExportSource, options: ExportOptions): Iterable<object> {
  const annotators = new Map<string | null, number>();
  const ids = { annotation: 0, result: 0, prediction: 0 };
  const numberOf = (name: string | null) => {
    if (!annotators.has(name)) annotators.set(name, annotators.size + 1);
    return annotators.get(name)!;
  };
  for (const document of source.documents()) {
    // Negative and undecided are one there, so what is not finished is no annotation.
    const own = writable(document, { ...options, includeUnfinished: false }, true);
    if (own.length === 0 && !options.includeUnfinished) continue;
    const scores = scoresOf(document, source);
    yield {
      id: document.number,
      data: {
        id: document.id,
        text: document.text,
        ...objectOf([...document.meta].filter(([key]) => key !== 'text' && key !== 'id')),
        ...(scores && { nli_scores: objectOf(scores) }),
      },
      annotations: own.map((annotation) => {
        ids.annotation += 1;
        const choices = annotation.status === 'skipped' ? [] : accepted(annotation, source);
        if (choices.length > 0) ids.result += 1;
        return {
          id: ids.annotation,
          completed_by: numberOf(annotation.annotator),
          was_cancelled: annotation.status === 'skipped',
          ground_truth: document.split === 'test',
          ...(annotation.seconds !== undefined && { lead_time: annotation.seconds }),
          ...(annotation.at && { created_at: annotation.at, updated_at: annotation.at }),
          result: choices.length > 0 ? [labelStudioChoices(`r${ids.result}`, choices, 'manual')] : [],
        };
      }),
      predictions: labelStudioPredictions(document, scores, options, ids),
    };
  }
}

const labelStudioChoices = (id: string, choices: readonly string[], origin: string) => ({
  id,
  from_name: 'labels',
  to_name: 'text',
  type: 'choices',
  origin,
  value: { choices },
});

/** One score per prediction: the smallest margin of the document, so that ascending order gives uncertain ones first. */
function labelStudioPredictions(
  { suggestions }: ExportDocument,
  scores: readonly [string, number][] | null,
  { threshold }: ExportOptions,
  ids: { prediction: number },
): object[] {
  if (!scores) return [];
  ids.prediction += 1;
  const above = scores.filter(([, score]) => score >= threshold).map(([name]) => name);
  const margin = Math.min(...scores.map(([, score]) => Math.abs(score - threshold)));
  return [
    {
      model_version: suggestions[0]!.model,
      score: Math.round(margin * 1e6) / 1e6,
      result: above.length > 0 ? [labelStudioChoices(`p${ids.prediction}`, above, 'prediction')] : [],
    },
  ];
}

const XML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
};

function labelStudioConfig({ labels }: ExportSource): string {
  const escaped = (text: string) => text.replace(/[&<>"'\n]/g, (c) => XML[c]!);
  return `<View>
  <Text name="text" value="$text"/>
  <Choices name="labels" toName="text" choice="multiple" showInLine="true">
${labels.map(({ name }) => `    <Choice value="${escaped(name)}"/>`).join('\n')}
  </Choices>
</View>
`;
}

/** Cards of Prodigy with all labels as options. */
export const prodigy: ExportFormat = {
  name: 'prodigy',
  description: 'cards with options for Prodigy (textcat.manual)',
  carries: {
    undecided: false,
    noneApply: true,
    skipped: true,
    annotators: true,
    suggestions: true,
    split: false,
    meta: true,
  },
  write: (source, options) => jsonLines(prodigyRows(source, options)),
};

function* prodigyRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const scores = new Map(scoresOf(document, source) ?? []);
    const cards = source.labels.map(({ name }) => ({
      id: name,
      text: name,
      ...(scores.has(name) && { meta: String(scores.get(name)) }),
    }));
    // On a card what is not accepted is rejected, so what is not finished has no card.
    for (const annotation of writable(document, { ...options, includeUnfinished: false }, true)) {
      const skipped = annotation.status === 'skipped';
      yield {
        text: document.text,
        options: cards,
        accept: skipped ? [] : accepted(annotation, source),
        answer: skipped ? 'ignore' : 'accept',
        meta: { id: document.id, ...objectOf(document.meta) },
        ...(annotation.annotator !== null && { _annotator_id: annotation.annotator }),
        ...(annotation.at && { _timestamp: Math.floor(Date.parse(annotation.at) / 1000) }),
        _view_id: 'choice',
        config: { choice_style: 'multiple' },
      };
    }
  }
}

/** Records as Argilla's Python client writes and reads them. */
export const argilla: ExportFormat = {
  name: 'argilla',
  description: 'records for Argilla',
  carries: {
    undecided: false,
    noneApply: true,
    skipped: false,
    annotators: true,
    suggestions: true,
    split: false,
    meta: true,
  },
  write: (source, options) => jsonArray(argillaRecords(source, options)),
};

function* argillaRecords(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const own = writable(document, { ...options, includeUnfinished: false }, false);
    if (own.length === 0 && !options.includeUnfinished) continue;
    const above = (scoresOf(document, source) ?? []).filter(([, score]) => score >= options.threshold);
    yield {
      id: document.id,
      fields: { text: document.text },
      metadata: objectOf(document.meta),
      suggestions:
        document.suggestions.length > 0
          ? {
              labels: {
                value: above.map(([name]) => name),
                score: above.map(([, score]) => score),
                agent: document.suggestions[0]!.model,
              },
            }
          : {},
      responses:
        own.length > 0
          ? { labels: own.map((a) => ({ value: accepted(a, source), user_id: userId(a) })) }
          : {},
      vectors: {},
      _server_id: null,
    };
  }
}

const userId = ({ annotator }: AnnotationRecord): string => annotator ?? 'unknown';

/** Lines of doccano, and its label list beside them. */
export const doccano: ExportFormat = {
  name: 'doccano',
  description: 'lines for doccano',
  carries: {
    undecided: false,
    noneApply: false,
    skipped: false,
    annotators: false,
    suggestions: false,
    split: false,
    meta: true,
  },
  write: (source, options) => jsonLines(doccanoRows(source, options)),
  sidecars: ({ labels }) => [
    {
      suffix: '.labels.json',
      content: `${JSON.stringify(
        labels.map(({ name, color, key }, i) => ({
          id: i + 1,
          text: name,
          prefix_key: null,
          suffix_key: key !== null && /^[0-9a-z]$/.test(key) ? key : null,
          background_color: color,
          text_color: '#ffffff',
        })),
      )}\n`,
    },
  ],
};

function* doccanoRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const annotation = merged(document, options);
    if (!annotation) continue;
    const taken = new Set(['id', 'text', 'label', 'Comments']);
    yield {
      id: document.number,
      text: document.text,
      ...objectOf([...document.meta].filter(([key]) => !taken.has(key))),
      label: accepted(annotation, source).sort(),
      Comments: annotation.comment ? [annotation.comment] : [],
    };
  }
}

/** What spaCy's text categoriser learns from: decided labels only. */
export const spacy: ExportFormat = {
  name: 'spacy',
  description: 'texts with categories for spaCy (textcat_multilabel)',
  carries: {
    undecided: true,
    noneApply: true,
    skipped: false,
    annotators: false,
    suggestions: false,
    split: false,
    meta: true,
  },
  write: (source, options) => jsonLines(spacyRows(source, options)),
};

function* spacyRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const annotation = merged(document, options);
    if (!annotation) continue;
    const decided = source.labels.filter(({ name }) => annotation.decisions.has(name));
    yield {
      text: document.text,
      cats: objectOf(decided.map(({ name }) => [name, annotation.decisions.get(name) === 'yes' ? 1 : 0])),
      meta: { id: document.id, ...objectOf(document.meta) },
    };
  }
}

/** Lines of fastText; line breaks and spaces in labels can't be written there. */
export const fastText: ExportFormat = {
  name: 'fasttext',
  description: 'lines for fastText',
  carries: {
    undecided: false,
    noneApply: false,
    skipped: false,
    annotators: false,
    suggestions: false,
    split: false,
    meta: false,
  },
  *write(source, options) {
    const tokens = fastTextTokens(source);
    for (const document of source.documents()) {
      const annotation = merged(document, options);
      if (!annotation) continue;
      const labels = accepted(annotation, source).map((name) => `__label__${tokens.get(name)}`);
      const text = document.text
        .replace(/\s+/g, ' ')
        .replace(/(^| )_(?=_label__)/g, '$1')
        .trim();
      yield `${[...labels, text].join(' ')}\n`;
    }
  },
  sidecars: (source) => [
    { suffix: '.labels.json', content: `${JSON.stringify(objectOf(fastTextTokens(source)))}\n` },
  ],
};

/** Label → token: white space becomes an underscore, and collisions get a number. */
function fastTextTokens({ labels }: ExportSource): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    labels.map(({ name }) => {
      const plain = name.replace(/\s+/g, '_');
      let token = plain;
      for (let i = 2; taken.has(token); i++) token = `${plain}_${i}`;
      taken.add(token);
      return [name, token];
    }),
  );
}

/** Entailment pairs: what the model learns from, to learn from it elsewhere. */
export const nliPairs: ExportFormat = {
  name: 'nli-pairs',
  description: 'premise, hypothesis and label, as the model is trained on',
  carries: {
    undecided: true,
    noneApply: true,
    skipped: false,
    annotators: false,
    suggestions: false,
    split: true,
    meta: false,
  },
  write: (source, options) => jsonLines(nliRows(source, options)),
};

function* nliRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const annotation = merged(document, options);
    if (!annotation) continue;
    for (const label of source.labels) {
      const decision = annotation.decisions.get(label.name);
      if (decision === undefined) continue;
      for (const hypothesis of label.hypotheses) {
        yield {
          premise: document.text,
          hypothesis,
          label: decision === 'yes' ? 'entailment' : 'contradiction',
          doc_id: document.id,
          label_name: label.name,
          source: decision,
          split: document.split ?? 'train',
        };
      }
    }
  }
}
