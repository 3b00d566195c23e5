import { expect, test } from 'vitest';
import { addLabels } from '../../../backend/labels/labels.ts';
import { createExplanations } from '../../../backend/suggesting/explaining.ts';
import { suggestionsFor } from '../../../backend/suggesting/reader.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { train } from '../../../backend/training/train.ts';
import type { Engine } from '../../../engine/index.ts';
import { createExplainer, normalised } from '../../../engine/inference/explain.ts';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments } from '../../support/project.ts';

/** An engine that counts what it is asked to explain. */
function counting(engine: Engine): { engine: Engine; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    engine: {
      ...engine,
      explain(model, text, hypotheses, signal) {
        asked.push(text);
        return engine.explain(model, text, hypotheses, signal);
      },
    },
  };
}

test('the words of the most probable sentence come through the process border, and a second look asks nothing', async () => {
  const { project, engine: real, model } = annotatedProject(4);
  const { engine, asked } = counting(real);
  const sentences = ['this is about price .', 'the price is high'];
  const [label] = addLabels(project, [{ name: 'both', hypotheses: sentences }]);
  const { text } = project.stores.documents.get(1)!;
  const explanations = createExplanations(project, engine);
  const question = { documentId: 1, labelId: label!.id };
  const words = await explanations.explain(question);
  const own = await loadNliModel(model);
  const [scores] = await scoreTexts(own, { texts: [text], hypotheses: sentences });
  const best = scores!.probabilities[0]! > scores!.probabilities[1]! ? sentences[0]! : sentences[1]!;
  const explainer = await createExplainer(own);
  expect(words).toEqual(normalised(await explainer.attributions(text, [best])));
  await explainer.release();
  expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(text.match(/\w+|[^\s\w]/g));
  expect(await explanations.explain(question)).toEqual(words);
  expect(asked).toHaveLength(1);
});

test('who looks from label to label waits for the newest only; a stopped question is not worked on', async () => {
  const { project, engine: real } = annotatedProject(4);
  const { engine, asked } = counting(real);
  const explanations = createExplanations(project, engine);
  const ask = (documentId: number, signal?: AbortSignal) =>
    explanations.explain({ documentId, labelId: 1, signal });
  const first = await ask(1);
  expect(first.length).toBeGreaterThan(0);
  const outcomes = await Promise.allSettled([ask(2), ask(3), ask(4)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(outcomes[0]).toMatchObject({ reason: { code: 'explanation_dropped' } });
  await expect(ask(2, AbortSignal.abort())).rejects.toMatchObject({ code: 'explanation_dropped' });
  expect(asked).toHaveLength(2);
  await expect(ask(99)).rejects.toMatchObject({ code: 'document_missing' });
});

test('a long document is explained where its suggestion was decided', async () => {
  const { project, engine } = annotatedProject(0);
  const long = `${'the parcel came late and nice colour . '.repeat(20)}the price is high .`;
  addDocuments(project, [long]);
  await suggest(project, engine, { device: 'cpu', precision: 'fp32' });
  const passage = suggestionsFor(project, 1).find(({ labelId }) => labelId === 2)!.passage!;
  const words = await createExplanations(project, engine).explain({ documentId: 1, labelId: 2 });
  expect(words[0]!.start).toBe(passage.start);
  expect(words.at(-1)!.end).toBe(passage.end);
});

test('after training the trained weights are explained, not the old answer', async () => {
  const { project, engine } = annotatedProject(20);
  const explanations = createExplanations(project, engine);
  const question = { documentId: 1, labelId: 1 };
  const before = await explanations.explain(question);
  await train(project, engine, { options: { method: 'full', epochs: 2, seed: 1 }, device: 'cpu' });
  const after = await explanations.explain(question);
  expect(after.map(({ start }) => start)).toEqual(before.map(({ start }) => start));
  expect(after).not.toEqual(before);
});
