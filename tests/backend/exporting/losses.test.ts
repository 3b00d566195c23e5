import { expect, test } from 'vitest';
import { exportFormats, losses, lossesOf } from '../../../backend/exporting/index.ts';
import { formatOf, recordsOf } from './output.ts';
import { annotation, decisions, exampleSource, sourceOf } from './source.ts';

test('what a format can not carry at all is said in general', () => {
  for (const format of exportFormats.values()) {
    // Only what says so carries answers that are the model's.
    const carries = { accepted: false, skippedAnswers: false, flags: false, ...format.carries };
    const lost = Object.values(carries).filter((carried) => !carried).length;
    expect(lossesOf(format, { includeUnfinished: true })).toHaveLength(lost);
    expect(lossesOf(format)).toHaveLength(carries.drafts ? lost : lost - 1);
  }
  expect(lossesOf(formatOf('jsonl'))).toEqual(['flags of documents are left out']);
});

test('what is lost of a project is counted', () => {
  const source = exampleSource();
  expect(losses(source, formatOf('jsonl'))).toEqual([]);
  expect(losses(source, formatOf('csv'))).toEqual(['suggestions are left out (1 document)']);
  expect(losses(source, formatOf('label-studio'))).toEqual([]);
  expect(losses(source, formatOf('doccano'))).toEqual([
    'documents to which no label applies look like unlabelled ones (1 document)',
    'skipped documents are left out (1 document)',
    'several annotators become one: where they disagree, the rule of the project counts (1 document)',
    'suggestions are left out (1 document)',
    'the test sample is not marked (1 document)',
  ]);
});

test('undecided labels beside a yes are lost where only positives are listed', () => {
  const source = sourceOf(
    ['a', 'b'],
    [{ text: 'x', annotations: [annotation('ada', { decisions: decisions('a') })] }],
  );
  expect(losses(source, formatOf('hf'))).toEqual([
    "labels that are undecided can't be told from rejected ones (1 document)",
  ]);
  expect(losses(source, formatOf('prodigy'))).toEqual([]);
});

test('decisions on a document that was skipped are written, or said to be lost', () => {
  const annotations = [annotation('ada', { decisions: decisions('a', '-b'), status: 'skipped' })];
  const source = sourceOf(['a', 'b'], [{ text: 'x', annotations }]);
  for (const format of exportFormats.values()) {
    const told = losses(source, format).filter((loss) => /skipped documents are left out/.test(loss));
    expect([format.name, told.length > 0]).toEqual([format.name, !['jsonl', 'csv'].includes(format.name)]);
  }
  expect(recordsOf('jsonl', source)).toMatchObject([{ labels: ['a'], rejected: ['b'], status: 'skipped' }]);
  expect([...formatOf('csv').write(source, {})].join('')).toContain('skipped,ada,,1,0');
});

test('a project without anything special loses nothing', () => {
  const source = sourceOf(
    ['a', 'b'],
    [{ text: 'x', annotations: [annotation('ada', { decisions: decisions('a', '-b') })] }],
  );
  for (const name of [
    'csv',
    'label-studio',
    'prodigy',
    'argilla',
    'argilla-flat',
    'hf',
    'hf-parquet',
    'spacy',
  ])
    expect([name, losses(source, formatOf(name))]).toEqual([name, []]);
});

test('CSV: columns that are not what they were when imported again', () => {
  const source = sourceOf(['review', 'b'], [{ text: 'x\ud800', meta: new Map([['urgent', true]]) }]);
  expect(losses(source, formatOf('csv'))).toEqual([
    'the columns of "review" are not recognised as labels when imported',
    'numbers and yes/no values of other fields ("urgent") become text',
    'the fields "urgent" hold nothing but yes and no, so they look like labels when imported',
    'broken characters become "\uFFFD" (1 document)',
  ]);
});

test('fastText: what becomes of labels and texts', () => {
  const source = sourceOf(['a b', 'c'], [{ text: 'two\nlines' }, { text: '__label__x' }, { text: 'plain' }]);
  expect(losses(source, formatOf('fasttext'), { noneLabel: true }).slice(1)).toEqual([
    'spaces in "a b" become underscores; the file .labels.json beside it maps them',
    'line breaks and tabs in texts become spaces (1 document)',
    'words that begin with __label__ lose their first underscore (1 document)',
  ]);
});

test('spaCy wants two labels, Argilla lists suggestions above the threshold', () => {
  expect(losses(sourceOf(['a'], []), formatOf('spacy'))).toEqual(['spaCy refuses to learn a single label']);
  const source = exampleSource();
  expect(losses(source, formatOf('argilla-flat')).at(-1)).toBe(
    'suggestions below a probability of 0.5 are left out',
  );
  expect(losses(source, formatOf('argilla-flat'), { threshold: 0 })).toEqual([
    'comments are left out (1 document)',
  ]);
});

test('what was decided on unfinished documents is written, or said to be lost', () => {
  const begun = (...said: string[]) =>
    sourceOf(
      ['a', 'b'],
      [{ text: 'x', annotations: [annotation('ada', { decisions: decisions(...said), status: 'draft' })] }],
    );
  const everything = { includeUnfinished: true };
  const open = "labels that are undecided can't be told from rejected ones (1 document)";
  const lost = 'decisions on unfinished documents are left out (1 document)';
  for (const format of exportFormats.values()) {
    const { name, carries } = format;
    const told = losses(begun('-a'), format, everything);
    expect([name, told.includes(lost)]).toEqual([name, name === 'prodigy' || name === 'argilla']);
    expect([name, told.includes(open)]).toEqual([name, !carries.undecided]);
    // Without unfinished ones that is nothing that a format loses.
    expect([name, ...losses(begun('-a'), format)]).not.toContain(lost);
    expect([name, ...losses(begun('-a'), format)]).not.toContain(open);
    // A no for "b" comes of a yes for "a" where nothing but what applies is listed.
    const positives = !carries.undecided && !carries.annotators;
    expect([name, losses(begun('a'), format, everything).includes(open)]).toEqual([name, positives]);
  }
  expect(losses(begun('a'), formatOf('label-studio'), everything)).toEqual([
    'unfinished answers are drafts, which the open-source server does not take in (1 document)',
  ]);
});
