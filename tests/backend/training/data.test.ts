import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { lockTestSample } from '../../../backend/evaluating/testSample.ts';
import { trainingData } from '../../../backend/training/data.ts';
import { planTraining } from '../../../backend/training/plan.ts';
import { trainingOptions } from '../../../engine/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const DATA = { heldOutShare: 0.2, negativesPerPositive: 5 };

test('55: what is missing is said: labels, decisions, a yes, a no', () => {
  const options = trainingOptions({});
  const project = newProject();
  const [document, other] = addDocuments(project, ['one', 'two']);
  const [shipping, price] = project.stores.labels.all().map(({ id }) => id);
  expect(() => trainingData(newProject([]), options, DATA)).toThrow('no labels yet');
  expect(() => trainingData(project, options, DATA)).toThrow('no label was decided');
  annotate(project, 'ada', [decided(document!, { yes: [], no: [shipping!, price!] })]);
  expect(() => trainingData(project, options, DATA)).toThrow('every decision is a no');
  annotate(project, 'ada', [decided(document!, { yes: [shipping!, price!], no: [] })]);
  expect(() => trainingData(project, options, DATA)).toThrow('every decision is a yes');
  annotate(project, 'ada', [decided(other!, { yes: [], no: [shipping!] })]);
  const { examples, warnings, heldOut } = trainingData(project, options, DATA);
  expect(examples).toHaveLength(3);
  expect(heldOut).toBeNull();
  expect(warnings).toEqual([
    'This run will have no held-out figures: from 20 annotated documents on, some are held out to measure it, and there are 2. This project has 2 to learn from: import more first to have them.',
    expect.stringContaining('The label "price" was never rejected'),
  ]);
});

test('so few documents that none are held out are told before a training, with how many it takes', () => {
  const project = newProject(['shipping']);
  const ids = addDocuments(
    project,
    Array.from({ length: 25 }, (_, i) => `text ${i}`),
  );
  const finish = (from: number, to: number) =>
    annotate(
      project,
      'ada',
      ids
        .slice(from, to)
        .map((id, i) => decided(id, (from + i) % 2 === 0 ? { yes: [1], no: [] } : { yes: [], no: [1] })),
    );
  const plan = () => planTraining(project, { method: 'lora', epochs: 1, seed: 1 }, { running: false });
  finish(0, 19);
  expect(plan()).toMatchObject({
    heldOut: 0,
    warnings: [expect.stringMatching(/20 .+ 19\. Annotate 1 more/)],
  });
  // Whoever asks for none to be held out is not told.
  const all = { ...DATA, heldOutShare: 0 };
  expect(trainingData(project, trainingOptions({}), all).warnings).toEqual([]);
  finish(19, 20);
  expect(plan()).toMatchObject({ heldOut: 4, warnings: [] });
});

test('undecided labels, skipped documents, disagreement and the test sample give no pair', () => {
  const project = newProject();
  const ids = addDocuments(project, ['one', 'two', 'three', 'four', 'five']);
  const [shipping, price] = project.stores.labels.all().map(({ id }) => id);
  lockTestSample(project, { size: 1, seed: 1 });
  const test = ids.findIndex((id) => project.stores.documents.get(id)!.split === 'test');
  const [a, b, c, d] = ids.filter((_, i) => i !== test);
  annotate(project, 'ada', [
    decided(ids[test]!, { yes: [shipping!], no: [price!] }),
    decided(a!, { yes: [shipping!], no: [] }),
    decided(b!, { yes: [], no: [price!] }),
    { documentId: c!, values: new Map([[shipping!, 'yes']]), status: 'skipped' },
    decided(d!, { yes: [shipping!], no: [price!] }),
  ]);
  annotate(project, 'bob', [decided(d!, { yes: [price!], no: [] })]);
  const { examples } = trainingData(project, trainingOptions({}), DATA);
  const text = (id: number) => project.stores.documents.get(id)!.text;
  expect(examples.map(({ premise, target }) => [premise, target])).toEqual([
    [text(a!), 'entailment'],
    [text(b!), 'contradiction'],
    [text(d!), 'entailment'],
  ]);
});

test('documents of which only what applies is known are never held out, and give no more yeses than there are noes', () => {
  const project = newProject(['shipping']);
  const ids = addDocuments(
    project,
    Array.from({ length: 80 }, (_, i) => `text ${i}`),
  );
  const finished = ids.slice(0, 40);
  const oneSided = new Set(ids.slice(40));
  annotate(
    project,
    'ada',
    finished.map((id, i) => decided(id, i % 4 === 0 ? { yes: [1], no: [] } : { yes: [], no: [1] })),
  );
  annotate(
    project,
    'ada',
    [...oneSided].map((documentId) => ({ documentId, values: new Map([[1, 'yes']]), status: 'draft' })),
  );
  const { examples, heldOutIds, learntFrom, warnings } = trainingData(project, trainingOptions({}), DATA);
  expect(heldOutIds).toHaveLength(8);
  expect(heldOutIds.filter((id) => oneSided.has(id))).toEqual([]);
  const count = (wanted: string) => examples.filter(({ target }) => target === wanted).length;
  expect(count('entailment')).toBe(count('contradiction'));
  const used = learntFrom.filter((id) => oneSided.has(id)).length;
  expect(used).toBeGreaterThan(5);
  expect(warnings).toEqual([
    expect.stringMatching(new RegExp(`^${40 - used} answers stay out of the training`)),
  ]);
});

test('of answers by hand on a document that nobody finished it is said that their labels got one answer alone', () => {
  const project = newProject(['a', 'b', 'c']);
  const ids = addDocuments(project, ['one', 'two']);
  const [first] = ids;
  // Key by key, as a person answers.
  for (const [label, value] of [
    [1, 'yes'],
    [2, 'no'],
    [3, 'no'],
  ] as const)
    annotate(project, 'ada', [{ documentId: first!, values: new Map([[label, value]]), status: 'draft' }]);
  annotate(project, 'ada', [decided(ids[1]!, { yes: [2, 3], no: [] })]);
  const { warnings } = trainingData(project, trainingOptions({}), DATA);
  expect(warnings).toEqual([
    expect.stringContaining('there is 1, besides unfinished ones with labels that were only given, or only'),
    expect.stringMatching(
      /^1 answer stays out of the training: on unfinished documents, or on many at once, its label was only /,
    ),
    'No training document has the label "a", so the model can\'t learn it: accept it on some documents first.',
  ]);
});

test('labels that can hardly be learnt are one sentence, however many they are', () => {
  const names = Array.from({ length: 30 }, (_, i) => `label ${i}`);
  const project = newProject(names);
  const [one, two] = addDocuments(project, ['one', 'two']);
  const [first, second, ...others] = project.stores.labels.all().map(({ id }) => id);
  annotate(project, 'ada', [
    decided(one!, { yes: [first!, second!], no: others }),
    decided(two!, { yes: [second!], no: [first!] }),
  ]);
  const { warnings } = trainingData(project, trainingOptions({}), { ...DATA, heldOutShare: 0 });
  expect(warnings).toEqual([
    'No training document has the labels "label 2", "label 3", "label 4", "label 5", "label 6" and 23 others, so the model can\'t learn them: accept them on some documents first.',
    'The label "label 1" was never rejected, so the model may learn to suggest it everywhere: reject it on some documents first.',
  ]);
});
