import { type Found, type Inspection, LABELS, type Row, sorted } from './facets.ts';

/** What two people do in another tool with documents of ours that nobody has decided. */
export const ANNA = 'anna@example.org';
export const BEN = 'ben@example.org';

export const UNDECIDED: readonly Pick<Row, 'id' | 'text' | 'suggestions'>[] = [
  { id: 'both', text: 'Anna and Ben disagree.' },
  { id: 'none', text: 'Anna finds that none applies.' },
  { id: 'skip', text: 'Ben skips it.' },
  { id: 'draft', text: 'Ben begins and does not submit.' },
  { id: 'beside', text: 'Anna submits, Ben begins.' },
  { id: 'reworked', text: 'Anna submits, then changes it without submitting that.' },
  { id: 'truth', text: 'Anna marks her answer as the ground truth.' },
  {
    id: 'predicted',
    text: 'A model thinks something of it, nobody else.',
    suggestions: LABELS.map((label) => ({ label, score: label === 'C#' ? 0.9 : 0.2, model: 'a model' })),
  },
];

const rowsOf = (found: Found, id: string) => found.get(id) ?? [];
const decided = (rows: readonly Row[]) => rows.filter(({ status }) => status === 'done');
/** Exactly these answers, whoever gave them, apart from rows that are no answers. */
const answers = (found: Found, id: string, ...wanted: readonly (readonly string[])[]): boolean =>
  decided(rowsOf(found, id))
    .map(({ labels }) => sorted(labels))
    .sort()
    .join('; ') === wanted.map(sorted).sort().join('; ');
const drafts = (found: Found, id: string) => rowsOf(found, id).filter(({ status }) => status === 'draft');
const people = (rows: readonly Row[]) => new Set(rows.map(({ annotator }) => annotator));

export const PEOPLE: Inspection = {
  labels: LABELS,
  rows: UNDECIDED,
  facets: {
    'two annotators': (found) => {
      const rows = decided(rowsOf(found, 'both'));
      const given = answers(found, 'both', ['shipping', 'Food, drinks'], ['shipping']);
      return given && people(rows).size === 2 && !people(rows).has(undefined);
    },
    addresses: (found) => [...people(rowsOf(found, 'both'))].sort().join() === [ANNA, BEN].join(),
    comments: (found) =>
      rowsOf(found, 'both').some(({ comment, labels }) => comment === 'no food' && labels?.length === 1),
    'none apply': (found) =>
      // A flat file does not say which choices there were: those that someone chose.
      answers(found, 'none', []) && (rowsOf(found, 'none')[0]?.rejected?.length ?? 0) >= 3,
    skipped: (found) => rowsOf(found, 'skip').some(({ status }) => status === 'skipped'),
    drafts: (found) =>
      ['draft', 'beside'].every((id) => {
        const [draft, ...more] = drafts(found, id);
        return more.length === 0 && sorted(draft?.labels) === 'C#' && draft?.annotator !== undefined;
      }),
    'ground truth': (found) => rowsOf(found, 'truth').every(({ split }) => split === 'test'),
    suggestions: (found) => {
      const given = rowsOf(found, 'predicted').flatMap(({ suggestions }) => suggestions ?? []);
      return (
        given.length === LABELS.length && given.some(({ label, score }) => label === 'C#' && score === 0.9)
      );
    },
    'no draft as an answer': (found) =>
      answers(found, 'draft') &&
      answers(found, 'beside', ['shipping']) &&
      answers(found, 'reworked', ['shipping']) &&
      rowsOf(found, 'reworked').length === 1,
    'no prediction as an answer': (found) =>
      rowsOf(found, 'predicted').length === 1 &&
      (rowsOf(found, 'predicted')[0]?.labels ?? []).length === 0 &&
      answers(found, 'predicted'),
    'no skip as an answer': (found) => answers(found, 'skip'),
  },
};

/** A project that was made in the other tool, with two lists of choices and other controls. */
export const CONTROLS_CONFIG = `<View>
  <Text name="text" value="$text"/>
  <Choices name="label" toName="text" choice="multiple">
    <Choice value="shipping"/><Choice value="Food, drinks"/>
  </Choices>
  <Choices name="tone" toName="text" choice="single"><Choice value="friendly"/><Choice value="angry"/></Choices>
  <Rating name="stars" toName="text"/>
  <TextArea name="why" toName="text"/>
</View>`;

export const CONTROLS: Inspection = {
  labels: ['shipping', 'Food, drinks', 'friendly', 'angry'],
  rows: [
    { id: 'c1', text: 'Both lists, more of one.' },
    { id: 'c2', text: 'One list alone.' },
    { id: 'c3', text: 'The other list alone.' },
  ],
  facets: {
    'several lists of choices': (found) =>
      answers(found, 'c1', ['shipping', 'Food, drinks', 'angry']) &&
      answers(found, 'c2', ['shipping']) &&
      answers(found, 'c3', ['friendly']),
  },
};
