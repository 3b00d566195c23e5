import { statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportData, exportFormats } from '../../../backend/exporting/index.ts';
import { readDocuments } from '../../../backend/importing/read.ts';
import type {
  AnnotationRecord,
  Decision,
  DocumentRecord,
  ExportDocument,
  ExportSource,
  MetaValue,
} from '../../../backend/records.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { fastTextLine, HOSTILE_LABELS, HOSTILE_TEXTS, project } from './hostile.ts';
import { formatOf } from './output.ts';
import { annotation, decisions, label, sourceOf } from './source.ts';

/** What a person who exports sees again: decisions by name, with everything that the format left out left out. */
interface Said {
  readonly annotator: string | null;
  readonly status: string;
  readonly yes: readonly string[];
  readonly no: readonly string[];
  readonly comment: string | undefined;
}

interface Seen {
  readonly id: string | null;
  readonly text: string;
  readonly said: readonly Said[];
  readonly split: string | null;
  readonly meta: Readonly<Record<string, MetaValue>>;
  readonly scores: readonly string[];
}

/** What is left of a document, or null if it is not written. `names` are the project's labels. */
type Expect = (document: ExportDocument, names: readonly string[]) => Partial<Seen> | null;

const by = (decisions: ReadonlyMap<string, Decision>, value: Decision) =>
  [...decisions].flatMap(([name, own]) => (own === value ? [name] : [])).sort();

const exact = ({ annotator, status, decisions, comment }: AnnotationRecord): Said => ({
  annotator,
  status,
  yes: by(decisions, 'yes'),
  no: by(decisions, 'no'),
  comment,
});

/** As formats without undecided labels have it: what is not a yes is a no. */
const closed = (given: AnnotationRecord, names: readonly string[]): Said => {
  const yes = by(given.decisions, 'yes');
  return { ...exact(given), yes, no: names.filter((name) => !yes.includes(name)).sort() };
};

/** "Done" without a decision is a no for all. */
const settled = (given: AnnotationRecord, names: readonly string[]): Said =>
  given.status === 'done' && given.decisions.size === 0 ? closed(given, names) : exact(given);

const skipped = (given: AnnotationRecord): Said => ({ ...exact(given), yes: [], no: [] });
const silent = ({ comment: _, ...said }: Said): Said => ({ ...said, comment: undefined });
const nobody = (said: Said): Said => ({ ...silent(said), annotator: null });

const scoresOf = ({ suggestions }: Pick<DocumentRecord, 'suggestions'>, model: boolean) =>
  suggestions
    .map(({ label: name, score, model: own }) => `${name} ${score.toFixed(6)}${model ? ` ${own}` : ''}`)
    .sort();

const metaOf = ({ meta }: Pick<DocumentRecord, 'meta'>) => Object.fromEntries(meta);
const asText = (meta: Readonly<Record<string, MetaValue>>) =>
  Object.fromEntries(Object.entries(meta).map(([key, value]) => [key, String(value)]));

const done = ({ status }: AnnotationRecord) => status === 'done';

/** The single answer of formats that list positives: as finished, if it has any; else only if it was finished. */
const positives = ({ annotations: [only] }: ExportDocument, names: readonly string[]): Said[] => {
  if (!only || only.status === 'skipped') return [];
  if (only.status === 'draft' && by(only.decisions, 'yes').length === 0) return [];
  return [nobody({ ...closed(only, names), status: 'done' })];
};

const huggingFace: Expect = (document, names) => ({
  id: document.id,
  said: positives(document, names),
  meta: metaOf(document),
});

/** What the ticked columns of the documentation (6.11) promise, per format. */
const PROMISED: Readonly<Record<string, Expect>> = {
  jsonl: (document) => ({
    id: document.id,
    said: document.annotations.map(exact),
    split: document.split,
    meta: metaOf(document),
    scores: scoresOf(document, true),
  }),
  csv: (document) => ({
    id: document.id,
    said: document.annotations.map(exact),
    split: document.split,
    meta: asText(metaOf(document)),
  }),
  'label-studio': (document, names) => {
    const own = document.annotations.filter(({ status }) => status !== 'draft');
    const drafts = document.annotations.filter(({ status }) => status === 'draft');
    return {
      id: document.id,
      said: [
        ...own.map((given) => (given.status === 'skipped' ? skipped(given) : closed(given, names))),
        ...drafts.map((given) => ({ ...exact(given), no: [] })),
      ],
      split: document.split === 'test' ? 'test' : null,
      meta: metaOf(document),
      scores: scoresOf(document, true),
    };
  },
  prodigy: (document, names) => {
    const own = document.annotations.filter(({ status }) => status !== 'draft');
    const said = own.map((given) =>
      silent(given.status === 'skipped' ? skipped(given) : settled(given, names)),
    );
    // Scores are on the cards, and a card has the labels that were decided.
    const shown = (name: string) =>
      own.length === 0 ||
      own.some(({ status }, i) => status === 'skipped' || [...said[i]!.yes, ...said[i]!.no].includes(name));
    const suggestions = document.suggestions.filter(({ label: name }) => shown(name));
    return { id: document.id, said, meta: metaOf(document), scores: scoresOf({ suggestions }, false) };
  },
  'prodigy-binary': (document, names) => {
    const said = document.annotations
      .filter(({ status }) => status !== 'skipped')
      .map((given) => ({ ...silent(settled(given, names)), status: 'draft' }))
      .filter(({ yes, no }) => yes.length + no.length > 0);
    if (said.length === 0) return null;
    const asked = new Set(said.flatMap(({ yes, no }) => [...yes, ...no]));
    const suggestions = document.suggestions.filter(({ label: name }) => asked.has(name));
    return { id: document.id, said, meta: metaOf(document), scores: scoresOf({ suggestions }, false) };
  },
  argilla: (document, names) => ({
    id: document.id,
    said: document.annotations.filter(done).map((own) => silent(closed(own, names))),
    split: document.split,
    meta: metaOf(document),
    scores: scoresOf(document, true),
  }),
  'argilla-flat': (document, names) => ({
    id: document.id,
    said: document.annotations.map((own) => {
      if (own.status === 'skipped') return silent(skipped(own));
      return silent(done(own) ? closed(own, names) : { ...exact(own), no: [] });
    }),
    split: document.split,
    meta: metaOf(document),
    scores: scoresOf(document, true),
  }),
  hf: huggingFace,
  'hf-parquet': (document, names) => ({
    ...huggingFace(document, names),
    // hyparquet drops a mark at the start of a string when it reads.
    text: document.text.replace(/^\ufeff/, ''),
  }),
  doccano: (document, names) => {
    const [only] = document.annotations;
    const said = positives(document, names).filter(({ yes }) => yes.length > 0);
    const comment = only?.status === 'skipped' ? undefined : only?.comment;
    return {
      id: document.externalId ?? String(document.number),
      said:
        said.length > 0
          ? said.map((own) => ({ ...own, comment }))
          : comment
            ? [{ annotator: null, status: 'draft', yes: [], no: [], comment }]
            : [],
      meta: metaOf(document),
    };
  },
  spacy: (document, names) => ({
    id: document.id,
    said: document.annotations
      .filter(({ status }) => status !== 'skipped')
      .map((own) => nobody({ ...settled(own, names), status: 'done' }))
      .filter(({ yes, no }) => yes.length + no.length > 0),
    meta: metaOf(document),
  }),
  'label-sleuth': (document, names) => {
    const said = document.annotations
      .filter(({ status }) => status !== 'skipped')
      .map((own) => nobody({ ...settled(own, names), status: 'draft' }))
      .filter(({ yes, no }) => yes.length + no.length > 0);
    return said.length === 0 ? null : { id: document.id, said };
  },
  fasttext: (document, names) => {
    const said = positives(document, names).filter(({ yes }) => yes.length > 0);
    return said.length === 0 ? null : { id: null, said, text: fastTextLine(document.text) };
  },
};

const isSingle = (format: string) => !formatOf(format).carries.annotators;
const isJson = (format: string) => /^\.jsonl?$/.test(formatOf(format).extension);

/** Documents as they come back: the rows of one document together. */
async function comeBack(format: string, source: ExportSource): Promise<Seen[]> {
  const to = join(temporaryFolder(), `data${formatOf(format).extension}`);
  const files = await exportData(source, {
    format,
    to,
    includeUnfinished: true,
    threshold: 0,
    overwrite: false,
  });
  const documents = new Map<string, DocumentRecord>();
  for (const file of files.filter(
    (path) => path.endsWith(formatOf(format).extension) && statSync(path).size > 0,
  )) {
    if (file !== to && !format.startsWith('hf')) continue;
    for await (const item of readDocuments(file, format === 'fasttext' ? { format } : {})) {
      if (item.kind === 'problem') throw new Error(JSON.stringify(item.problem));
      if (item.kind === 'note') continue;
      const { document } = item;
      const key = document.externalId ?? `row ${documents.size}`;
      const known = documents.get(key);
      documents.set(key, known ? together(known, document) : document);
    }
  }
  const names = source.labels.map(({ name }) => name);
  return [...documents.values()].map((document) => seen(document, names));
}

const together = (one: DocumentRecord, other: DocumentRecord): DocumentRecord => ({
  ...one,
  annotations: [...one.annotations, ...other.annotations],
  suggestions: [
    ...new Map([...one.suggestions, ...other.suggestions].map((own) => [own.label, own])).values(),
  ],
});

function seen(document: DocumentRecord, names: readonly string[]): Seen {
  const annotators = new Map<string | null, AnnotationRecord>();
  for (const own of document.annotations) {
    const known = annotators.get(own.annotator);
    const decided = new Map([...(known?.decisions ?? []), ...own.decisions]);
    annotators.set(own.annotator, { ...own, decisions: decided });
  }
  return {
    id: document.externalId,
    text: document.text,
    split: document.split,
    meta: metaOf(document),
    scores: scoresOf(document, true),
    // The person who imports says that what is not listed is a no, where the file does not tell.
    said: [...annotators.values()].map((own) => {
      const isOpen = own.absence === 'said' || own.status === 'skipped';
      return isOpen ? exact(own) : closed(own, names);
    }),
  };
}

async function requireRoundTrip(format: string, source: ExportSource): Promise<void> {
  const names = source.labels.map(({ name }) => name);
  const promised = [...source.documents()].flatMap((document) => {
    const left = PROMISED[format]!(document, names);
    return left === null ? [] : [{ text: document.text, ...left }];
  });
  const tokens = format === 'fasttext' ? tokensOf(names) : null;
  const found = (await comeBack(format, source)).filter(
    ({ said }) => format !== 'fasttext' || said.length > 0,
  );
  // The test sample is in a file of its own, so it comes last.
  const order = <T extends Partial<Seen>>(list: readonly T[]) =>
    format.startsWith('hf') ? [...list].sort((a, b) => (a.id! < b.id! ? -1 : 1)) : list;
  const compared = order(promised).map((expected, i) => {
    const own = order(found)[i];
    const actual =
      own && Object.fromEntries(Object.keys(expected).map((key) => [key, own[key as keyof Seen]]));
    return [actual, expected] as const;
  });
  expect(found).toHaveLength(promised.length);
  for (const [actual, expected] of compared) {
    const said = tokens
      ? expected.said!.map((own) => ({ ...own, yes: own.yes.map(tokens).sort(), no: [] }))
      : expected.said;
    const scores = (actual?.scores as string[] | undefined)?.map((score) =>
      format.startsWith('prodigy') ? score.replace(/ prodigy$/, '') : score,
    );
    const back = tokens
      ? (actual?.said as Said[] | undefined)?.map((own) => ({ ...own, no: [] }))
      : actual?.said;
    expect({ ...actual, said: back, ...(scores && { scores }) }).toEqual({ ...expected, said });
  }
}

/** Label → token of fastText for labels that do not collide. */
const tokensOf = (names: readonly string[]) => {
  const tokens = new Map<string, string>();
  for (const name of names) {
    const plain = name.replace(/[\s\0]+/g, '_');
    let token = plain;
    for (let i = 2; [...tokens.values()].includes(token); i++) token = `${plain}_${i}`;
    tokens.set(name, token);
  }
  return (name: string) => tokens.get(name)!;
};

const readable = [...exportFormats.keys()].filter((name) => name !== 'nli-pairs');

test('every format that can be imported is checked', () => {
  expect(Object.keys(PROMISED).sort()).toEqual([...readable].sort());
});

test.each(readable)(
  '65: %s: what goes out comes back, but for what the format can not carry',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(
        project(isSingle(format) ? 1 : 2).filter(
          ({ labels }) => format !== 'hf-parquet' || labels.length !== 2,
        ),
        (source) => requireRoundTrip(format, source),
      ),
      { numRuns: 150, seed: 7 },
    );
  },
);

test.each(readable)('65: %s: every hostile text and label', async (format) => {
  const names = [...HOSTILE_LABELS];
  await requireRoundTrip(
    format,
    sourceOf(
      names,
      HOSTILE_TEXTS.map((own, i) => ({
        text: own,
        annotations: [
          annotation('ada', {
            decisions: new Map(names.map((name, j) => [name, (i + j) % 3 === 0 ? 'yes' : 'no'])),
          }),
        ],
      })),
    ),
  );
});

test.each(readable)('65: %s: 500 labels, and a text of a megabyte', async (format) => {
  const names = Array.from({ length: 500 }, (_, i) => `label ${i}`);
  const said = decisions(...names.map((name, i) => (i % 7 === 0 ? name : `-${name}`)));
  await requireRoundTrip(
    format,
    sourceOf(names, [
      { text: 'short', annotations: [annotation('ada', { decisions: said })] },
      { text: 'long '.repeat(200_000).trim(), annotations: [annotation('ada', { decisions: said })] },
    ]),
  );
});

test.each([...readable])(
  '65: %s: half a surrogate pair comes back, or is a replacement character',
  async (format) => {
    const source = sourceOf(
      ['a'],
      [{ text: 'half \ud83d pair', annotations: [annotation('ada', { decisions: decisions('a') })] }],
    );
    const [found] = await comeBack(format, source);
    expect(found!.text).toBe(!isJson(format) ? 'half \ufffd pair' : 'half \ud83d pair');
  },
);

test('65: hf-parquet: both labels of two apply: [0, 1] are their numbers, no zero and one', async () => {
  await requireRoundTrip(
    'hf-parquet',
    sourceOf(
      ['a', 'b'],
      [decisions('a', 'b'), decisions('-a', 'b'), decisions('-a', '-b')].map((said, i) => ({
        text: `text ${i}`,
        annotations: [annotation('ada', { decisions: said })],
      })),
    ),
  );
});

test('65: the pairs say where they come from', async () => {
  const source = sourceOf(
    [],
    [
      {
        text: 'x',
        annotations: [annotation('ada', { decisions: new Map(HOSTILE_LABELS.map((name) => [name, 'yes'])) })],
      },
    ],
    HOSTILE_LABELS.map((name) => ({ ...label(name), hypotheses: [`It is ${name}.`] })),
  );
  const rows = [...formatOf('nli-pairs').write(source, {})].join('').trim().split('\n');
  expect(rows.map((row) => (JSON.parse(row) as { label_name: string }).label_name)).toEqual(HOSTILE_LABELS);
});
