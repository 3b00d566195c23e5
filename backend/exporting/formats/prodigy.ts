import { predicted } from '../../../engine/light.ts';
import { mustGet } from '../../../process/must.ts';
import type { AnnotationRecord, Decision, ExportDocument, ExportSource } from '../../records.ts';
import { accepted, answerOf, decided, scoresOf, settled, writable } from '../answers.ts';
import { metaEntries } from '../columns.ts';
import { DEFAULT_THRESHOLD, type ExportFormat, type ExportOptions } from '../format.ts';
import { jsonLines, objectOf } from '../json.ts';

const CARRIES = {
  ids: true,
  undecided: true,
  noneApply: true,
  skipped: true,
  drafts: false,
  annotators: true,
  suggestions: true,
  split: false,
  meta: true,
  comments: false,
} as const;

/** Cards of Prodigy with labels as options: those not accepted are rejected, those not on the card undecided. */
export const prodigy: ExportFormat = {
  name: 'prodigy',
  title: 'Prodigy',
  description: 'cards with options for Prodigy (textcat.manual)',
  extension: '.jsonl',
  carries: CARRIES,
  write: (source, options) => jsonLines(cards(source, options)),
};

/** A card per decided label, to accept or reject. */
export const prodigyBinary: ExportFormat = {
  name: 'prodigy-binary',
  title: 'Prodigy, binary',
  description: 'a row per decided label for Prodigy (textcat.teach)',
  extension: '.jsonl',
  carries: { ...CARRIES, noneApply: false, skipped: false, drafts: true },
  write: (source, options) => jsonLines(binaryRows(source, options)),
};

function* cards(source: ExportSource, options: ExportOptions): Iterable<object> {
  const all = source.labels.map(({ name }) => name);
  for (const document of source.documents()) {
    const own = writable(document, options, { drafts: false, skipped: true });
    const scored = scoresOf(document, source, options);
    const scores = new Map(scored?.scores);
    const cardOf = (names: readonly string[]) =>
      names.map((name) => ({
        id: name,
        text: name,
        ...(scores.has(name) && { meta: String(scores.get(name)) }),
      }));
    for (const annotation of own) {
      const skipped = annotation.status === 'skipped';
      const decisions = settled(annotation, source.labels);
      yield {
        text: document.text,
        options: cardOf(skipped ? all : decided(decisions, source.labels)),
        accept: skipped ? [] : accepted(decisions, source.labels),
        answer: skipped ? 'ignore' : 'accept',
        meta: metaOf(document),
        ...who(annotation),
        _view_id: 'choice',
        config: { choice_style: 'multiple' },
      };
    }
    if (own.length > 0 || !options.includeUnfinished) continue;
    const { threshold = DEFAULT_THRESHOLD } = options;
    const begun = answerOf(document, source, options)?.decisions;
    const isSuggested = (score: number | undefined) => score !== undefined && predicted(score, threshold);
    // Without an answer it is a question: suggestions come chosen, as textcat.correct shows them, but for what was decided.
    yield {
      text: document.text,
      options: cardOf(all),
      accept: all.filter((name) =>
        begun?.has(name) ? begun.get(name) === 'yes' : isSuggested(scores.get(name)),
      ),
      meta: metaOf(document),
      config: { choice_style: 'multiple' },
    };
  }
}

const ANSWER: Readonly<Record<Decision, string>> = { yes: 'accept', no: 'reject' };

function* binaryRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const scores = new Map(scoresOf(document, source, options)?.scores);
    for (const annotation of writable(document, options, { drafts: true, skipped: false })) {
      const decisions = settled(annotation, source.labels);
      for (const name of decided(decisions, source.labels)) {
        yield {
          text: document.text,
          label: name,
          answer: ANSWER[mustGet(decisions, name, 'decision')],
          ...(scores.has(name) && { score: scores.get(name) }),
          meta: metaOf(document),
          ...who(annotation),
          _view_id: 'classification',
        };
      }
    }
  }
}

const metaOf = (document: ExportDocument) => ({
  id: document.id,
  ...objectOf(metaEntries(document, (name) => name === 'id' || name === 'score')),
});

const who = ({ annotator, at }: AnnotationRecord) => ({
  ...(annotator !== null && { _annotator_id: annotator }),
  ...(at !== undefined && { _timestamp: Math.floor(Date.parse(at) / 1000) }),
});
