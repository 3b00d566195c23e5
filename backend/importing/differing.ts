import type { ImportItem, Place } from '../records.ts';
import type { Differing } from './report.ts';

/** Which labels a row said yes and no to. Rows that say the same share one. */
interface Answer {
  readonly yes: ReadonlySet<string>;
  readonly no: ReadonlySet<string>;
}

/** Of a million of these the memory of an import is: what a place is beside its file, which rows share, is a number. */
interface Said {
  readonly answer: Answer;
  readonly file: string;
  readonly at: number;
}

const START = 80;
/** Documents that are remembered: the memory of an import does not grow with its files. */
const MOST = 1_000_000;
const NOBODY = '';

/** Finds texts that rows of one import label differently; a row says what one annotator said of a document. */
export function differingFinder(): (
  id: number,
  item: Extract<ImportItem, { kind: 'document' }>,
) => Differing | null {
  /** By annotator, then by document. */
  const said = new Map<string, Map<number, Said>>();
  let remembered = 0;
  const answerOf = shared((decisions: ReadonlyMap<string, string>) => ({
    yes: namesOf(decisions, 'yes'),
    no: namesOf(decisions, 'no'),
  }));
  const fileOf = shared((file: string) => file);
  return (id, { document, place }) => {
    for (const { annotator, decisions, status, absence } of document.annotations) {
      if (status === 'skipped' || decisions.size === 0) continue;
      const own = said.get(annotator ?? NOBODY) ?? new Map<number, Said>();
      said.set(annotator ?? NOBODY, own);
      const answer = answerOf(JSON.stringify([...decisions]), decisions);
      const before = own.get(id);
      if (before === undefined) {
        if (remembered < MOST) own.set(id, remember(fileOf(place.file, place.file), { place, answer }));
        remembered += 1;
        continue;
      }
      if (before.answer === answer) continue;
      const { yes, no } = answer;
      const contradicted = [
        ...[...yes].filter((name) => before.answer.no.has(name)),
        ...[...no].filter((name) => before.answer.yes.has(name)),
      ];
      const same =
        before.answer.yes.size === yes.size && [...yes].every((name) => before.answer.yes.has(name));
      if (contradicted.length === 0 && (same || absence === 'said')) {
        // What says yes and no, as a row for each label does, leaves nothing else to be guessed.
        if (absence === 'said') {
          const all = new Map([...entriesOf(before.answer), ...decisions]);
          own.set(id, { ...before, answer: answerOf(JSON.stringify([...all]), all) });
        }
        continue;
      }
      return {
        start: document.text.slice(0, START),
        places: [placeOf(before), place],
        contradicted,
      };
    }
    return null;
  };
}

function* entriesOf({ yes, no }: Answer): Iterable<[string, string]> {
  for (const name of yes) yield [name, 'yes'];
  for (const name of no) yield [name, 'no'];
}

const namesOf = (decisions: ReadonlyMap<string, string>, wanted: string): ReadonlySet<string> =>
  new Set([...decisions].flatMap(([name, value]) => (value === wanted ? [name] : [])));

/** A line is positive, a record negative; of a file that is one document it is 0. */
const remember = (file: string, { place, answer }: { place: Place; answer: Answer }): Said => ({
  answer,
  file,
  at: place.line ?? -(place.record ?? 0),
});

const placeOf = ({ file, at }: Said): Place => ({
  file,
  ...(at > 0 && { line: at }),
  ...(at < 0 && { record: -at }),
});

/** Kinds of answers that are kept to be shared; files with more of them have as many in memory. */
const MOST_SHARED = 10_000;

/** Makes each value once, by its key. */
function shared<Given, Value>(make: (given: Given) => Value): (key: string, given: Given) => Value {
  const made = new Map<string, Value>();
  return (key, given) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(given);
    if (made.size < MOST_SHARED) made.set(key, value);
    return value;
  };
}
