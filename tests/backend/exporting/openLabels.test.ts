import fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { type ExportOptions, losses } from '../../../backend/exporting/index.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import { removeLabel } from '../../../backend/labels/changes.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import type { Project } from '../../../backend/project/file.ts';
import { annotatedDocuments } from '../../../backend/training/data.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { formatOf, recordsOf } from './output.ts';

const UNCLEAR = "labels that are undecided can't be told from rejected ones (1 document)";

/** A document that was finished with a no to all labels, before "colour" was one. */
function before(): Project {
  const project = newProject(['price', 'shipping']);
  addDocuments(project, ['the weather is nice']);
  annotate(project, 'ada', [decided(1, { yes: [], no: [1, 2] })]);
  addLabels(project, [{ name: 'colour', hypotheses: ['It is about colour.'] }]);
  return project;
}

test('a label that came after a document was finished with a no to all is open in every format that can say so', () => {
  const source = exportSource(before());
  expect(recordsOf('spacy', source)).toMatchObject([{ cats: { price: 0, shipping: 0 } }]);
  expect(recordsOf('spacy', source)[0]!.cats).not.toHaveProperty('colour');
  const [card] = recordsOf('prodigy', source);
  expect((card!.options as { id: string }[]).map(({ id }) => id)).toEqual(['price', 'shipping']);
  expect(recordsOf('prodigy-binary', source).map(({ label }) => label)).toEqual(['price', 'shipping']);
  expect(recordsOf('nli-pairs', source).map(({ label_name: name }) => name)).toEqual(['price', 'shipping']);
  expect([...formatOf('label-sleuth').write(source, {})].join('')).not.toContain('colour');
  for (const name of ['spacy', 'prodigy', 'prodigy-binary', 'nli-pairs', 'label-sleuth', 'jsonl', 'csv'])
    expect([name, losses(source, formatOf(name))]).not.toContainEqual(UNCLEAR);
  // These list what applies and nothing else.
  for (const name of ['label-studio', 'argilla', 'argilla-flat', 'hf', 'hf-parquet', 'doccano', 'fasttext'])
    expect([name, ...losses(source, formatOf(name))]).toContain(UNCLEAR);
});

test('who takes the only answer of a finished document back, or whose label is deleted, did not say that none apply', () => {
  const project = newProject(['price', 'shipping', 'colour']);
  addDocuments(project, ['one', 'two', 'three']);
  annotate(project, 'ada', [
    decided(1, { yes: [1], no: [] }),
    decided(2, { yes: [3], no: [] }),
    decided(3, { yes: [], no: [] }),
  ]);
  annotate(project, 'ada', [{ documentId: 1, values: new Map([[1, 'undecided']]), status: 'done' }]);
  removeLabel(project, 3);
  const source = exportSource(project);
  const cats = (options: ExportOptions) => recordsOf('spacy', source, options).map((row) => row.cats);
  expect(cats({})).toEqual([{ price: 0, shipping: 0 }]);
  expect(cats({ includeUnfinished: true })).toEqual([{}, {}, { price: 0, shipping: 0 }]);
});

const value = fc.constantFrom('yes', 'no', 'undecided');
const people = fc.array(fc.array(fc.tuple(value, value, value), { minLength: 4, maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
});

test('the pairs are what a training of the project has, whoever decided what', () => {
  fc.assert(
    fc.property(people, (said) => {
      const project = newProject(['a', 'b', 'c']);
      addDocuments(project, ['one', 'two', 'three', 'four']);
      for (const [i, answers] of said.entries()) {
        annotate(
          project,
          `person ${i}`,
          answers.map((values, document) => ({
            documentId: document + 1,
            values: new Map(values.flatMap((own, label) => (own === 'undecided' ? [] : [[label + 1, own]]))),
            status: 'done' as const,
          })),
        );
      }
      const labels = project.stores.labels.all();
      const learnt = annotatedDocuments(project, labels).flatMap(({ id, decisions }) =>
        [...decisions].map(([label, own]) => `d${id} ${labels[label]!.name} ${own}`),
      );
      const pairs = recordsOf('nli-pairs', exportSource(project)).map(
        ({ doc_id: id, label_name: name, source }) => `${String(id)} ${String(name)} ${String(source)}`,
      );
      expect(pairs.sort()).toEqual(learnt.sort());
      project.close();
    }),
    { numRuns: 40, seed: 3 },
  );
});

test('documents that were finished without a decision make no pairs, and the export says so', () => {
  const project = newProject(['a']);
  addDocuments(project, ['one', 'two']);
  annotate(project, 'ada', [decided(1, { yes: [], no: [] }), decided(2, { yes: [1], no: [] })]);
  const source = exportSource(project);
  expect(recordsOf('nli-pairs', source).map(({ doc_id: id }) => id)).toEqual(['d2']);
  expect(losses(source, formatOf('nli-pairs'))).toContain(
    'documents that were finished without a decision make no pairs (1 document)',
  );
});
