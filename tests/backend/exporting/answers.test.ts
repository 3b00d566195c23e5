import { expect, test } from 'vitest';
import { answerOf, listedLabels } from '../../../backend/exporting/answers.ts';
import type { ExportOptions } from '../../../backend/exporting/index.ts';
import type { AnnotationRecord } from '../../../backend/records.ts';
import { recordsOf } from './output.ts';
import { annotation, decisions, sourceOf } from './source.ts';

const LABELS = ['a', 'b', 'c'];

/** The one answer in short: what was decided, "!" if finished, then what formats list that know positives only. */
function answer(annotations: readonly AnnotationRecord[], options: ExportOptions = {}): string {
  const source = sourceOf(LABELS, [{ text: 'x', annotations }]);
  const [document] = [...source.documents()];
  const found = answerOf(document!, source, options);
  const listed = listedLabels(found, source, options);
  const said = found
    ? [...found.decisions].map(([name, value]) => (value === 'yes' ? name : `-${name}`)).join(' ')
    : 'nothing';
  return `${said}${found?.finished ? '!' : ''} | ${listed === undefined ? 'left out' : JSON.stringify(listed)}`;
}

const ada = (said: string[], given: Partial<AnnotationRecord> = {}) =>
  annotation('ada', { decisions: decisions(...said), ...given });
const bob = (said: string[], given: Partial<AnnotationRecord> = {}) =>
  annotation('bob', { decisions: decisions(...said), ...given });
const draft = { status: 'draft' } as const;

test.each<[string, AnnotationRecord[], ExportOptions, string]>([
  ['nobody', [], {}, 'nothing | left out'],
  ['nobody, unfinished wanted', [], { includeUnfinished: true }, 'nothing | null'],
  ['one', [ada(['a', '-b'])], {}, 'a -b! | ["a"]'],
  ['one, none apply', [ada([])], {}, '-a -b -c! | []'],
  ['one, a no, the others open', [ada(['-b'])], {}, '-b! | []'],
  ['a draft', [ada(['a'], draft)], {}, 'nothing | left out'],
  ['a draft, wanted', [ada(['a'], draft)], { includeUnfinished: true }, 'a | ["a"]'],
  ['a draft without a yes, wanted', [ada(['-a'], draft)], { includeUnfinished: true }, '-a | null'],
  ['skipped', [ada([], { status: 'skipped' })], {}, 'nothing | left out'],
  ['two agree', [ada(['a', '-b']), bob(['a', '-b'])], {}, 'a -b! | ["a"]'],
  ['two add up', [ada(['a']), bob(['b', '-c'])], {}, 'a b -c! | ["a","b"]'],
  ['two disagree on one', [ada(['a', 'b']), bob(['a', '-b'])], {}, 'a! | ["a"]'],
  // "None apply" is a no, so nothing is left: it must not look like "none apply".
  ['two disagree on all', [ada(['a']), bob([])], {}, '-b -c | left out'],
  [
    'two disagree on all, unfinished wanted',
    [ada(['a']), bob([])],
    { includeUnfinished: true },
    '-b -c | null',
  ],
  ['both say none', [ada([]), bob(['-a', '-b', '-c'])], {}, '-a -b -c! | []'],
  [
    'a draft does not touch what is done',
    [ada(['a']), bob(['-a'], draft)],
    { includeUnfinished: true },
    'a! | ["a"]',
  ],
  ['one of two, by name', [ada(['a']), bob(['b'])], { annotator: 'bob' }, 'b! | ["b"]'],
  ['an annotator who is not there', [ada(['a'])], { annotator: 'eve' }, 'nothing | left out'],
])('%s', (_, annotations, options, expected) => {
  expect(answer(annotations, options)).toBe(expected);
});

test('an annotator can be chosen in every format', () => {
  const source = sourceOf(LABELS, [{ text: 'x', annotations: [ada(['a']), bob(['b'])] }]);
  expect(recordsOf('jsonl', source, { annotator: 'bob' })).toMatchObject([
    { annotator: 'bob', labels: ['b'] },
  ]);
  expect(recordsOf('prodigy', source, { annotator: 'bob' })).toMatchObject([{ accept: ['b'] }]);
  expect(recordsOf('argilla', source, { annotator: 'ada' })).toMatchObject([
    { responses: { labels: [{ value: ['a'] }] } },
  ]);
  expect(recordsOf('hf', source, { annotator: 'ada' })).toMatchObject([{ labels: ['a'] }]);
});
