/** A project with one of everything that is to come back, as rows of our own JSONL, and what of it did. */
export const LABELS = ['shipping', 'Food, drinks', 'C#', 'größte Wärme', 'say "hi" & <go>'] as const;

export interface Row {
  readonly id: string;
  readonly text: string;
  readonly labels?: readonly string[];
  readonly rejected?: readonly string[];
  readonly status?: 'done' | 'draft' | 'skipped';
  readonly annotator?: string;
  readonly comment?: string;
  readonly split?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly suggestions?: readonly { label: string; score: number; model: string }[];
}

const done = (labels: readonly string[], undecided: readonly string[] = []) => ({
  labels,
  rejected: LABELS.filter((name) => !labels.includes(name) && !undecided.includes(name)),
  status: 'done' as const,
});
const ANNA = 'anna@example.org';
const BEN = 'Ben Ö.';
const meta = { source: 'mail', stars: 3, urgent: true };
const TWO = { id: 'two', text: 'The parcel came late.\nTwo lines, "quoted" & <b>bold</b>.', meta };
const OPEN = ['größte Wärme', 'say "hi" & <go>'];

export const ROWS: readonly Row[] = [
  { ...TWO, ...done(['shipping', 'Food, drinks']), annotator: ANNA, comment: 'looks sure' },
  { ...TWO, ...done(['shipping']), annotator: BEN, comment: 'no food' },
  { id: 'none', text: 'Nothing of all this.', ...done([]), annotator: ANNA, meta },
  {
    id: 'skipped',
    text: 'A comma, a semicolon; skipped',
    labels: [],
    status: 'skipped',
    annotator: BEN,
    meta,
  },
  {
    id: 'draft',
    text: 'Half done 漢字 😀',
    labels: ['C#'],
    rejected: ['shipping'],
    status: 'draft',
    annotator: ANNA,
    meta,
  },
  { id: 'test', text: '=1+1 in the test sample', ...done(OPEN), annotator: ANNA, split: 'test', meta },
  { id: 'hash', text: 'A hash and a comma', ...done(['Food, drinks', 'C#']), annotator: ANNA, meta },
  { id: 'undecided', text: 'Undecided on two', ...done(['shipping'], OPEN), annotator: BEN, meta },
];

/** The rows that came back, by the id that their document had. */
export type Found = ReadonlyMap<string, readonly Row[]>;

/** What is sent through another tool, and what one looks for in what comes back. */
export interface Inspection {
  readonly labels: readonly string[];
  /** Of what was sent. */
  readonly rows: readonly Pick<Row, 'id' | 'text'>[];
  /** What can be lost on the way, and how one sees that it was not. */
  readonly facets: Readonly<Record<string, (found: Found) => boolean>>;
}

const flat = (text: string) => text.replaceAll('\n', ' ').trim();

/** The text tells which document it is, whatever became of the id. */
function byDocument(sent: Inspection['rows'], rows: readonly Row[]): Found {
  const found = new Map<string, Row[]>();
  for (const { id, text } of sent) {
    const own = rows.filter((row) => flat(row.text) === flat(text));
    if (own.length > 0) found.set(id, own);
  }
  return found;
}

/** What came back. */
export function keptOf({ rows: sent, facets }: Inspection, rows: readonly Row[]): string[] {
  const found = byDocument(sent, rows);
  return Object.keys(facets).filter((name) => facets[name]!(found));
}

const texts = new Map(ROWS.map(({ id, text }) => [id, text]));

export const sorted = (names: readonly string[] = []) => [...names].sort().join('|');
const has = (found: Found, id: string, test: (row: Row) => boolean) => found.get(id)?.some(test) === true;

const FACETS = {
  texts: (found) =>
    ['two', 'test', 'hash'].every((id) => has(found, id, ({ text }) => text === texts.get(id))),
  ids: (found) => ['two', 'test', 'hash'].every((id) => has(found, id, (row) => row.id === id)),
  labels: (found) =>
    (
      [
        ['two', ['shipping']],
        ['test', OPEN],
        ['hash', ['Food, drinks', 'C#']],
        ['undecided', ['shipping']],
      ] as const
    ).every(([id, labels]) => has(found, id, (row) => sorted(row.labels) === sorted(labels))),
  'none apply': (found) =>
    has(found, 'none', ({ status, labels, rejected }) => {
      return status === 'done' && labels?.length === 0 && sorted(rejected) === sorted(LABELS);
    }),
  undecided: (found) =>
    has(found, 'undecided', ({ rejected }) => sorted(rejected) === sorted(['Food, drinks', 'C#'])),
  skipped: (found) => has(found, 'skipped', ({ status }) => status === 'skipped'),
  drafts: (found) =>
    has(found, 'draft', ({ status, labels }) => status === 'draft' && sorted(labels) === 'C#'),
  annotators: (found) =>
    has(found, 'two', (row) => row.annotator === ANNA && sorted(row.labels) === 'Food, drinks|shipping') &&
    has(found, 'two', (row) => row.annotator === BEN && sorted(row.labels) === 'shipping'),
  comments: (found) => {
    const all = (found.get('two') ?? []).map(({ comment }) => comment ?? '').join('\n');
    return all.includes('looks sure') && all.includes('no food');
  },
  'test sample': (found) => has(found, 'test', ({ split }) => split === 'test'),
  fields: (found) =>
    has(found, 'two', (row) =>
      Object.entries(meta).every(([key, value]) => sameField(row.meta?.[key], value)),
    ),
} as const satisfies Record<string, (found: Found) => boolean>;

/** Tables have no types: 3.0 is 3, True is true. */
const sameField = (own: unknown, value: unknown): boolean =>
  own === value ||
  (typeof own === 'string' &&
    (typeof value === 'number' ? Number(own) === value : own.toLowerCase() === String(value)));

export type Facet = keyof typeof FACETS;
export const ALL_FACETS = Object.keys(FACETS) as Facet[];

/** A project of ours, there and back. */
export const WHOLE: Inspection = { labels: LABELS, rows: ROWS, facets: FACETS };
