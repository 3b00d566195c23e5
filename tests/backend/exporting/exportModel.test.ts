import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exportRun, exportSuggesting } from '../../../backend/exporting/exportModel.ts';
import { readLabelsFile } from '../../../backend/importing/labelsFile.ts';
import { agreeToModel } from '../../../backend/models/agreed.ts';
import { fusionFor, withProbabilities } from '../../../backend/suggesting/fusing.ts';
import { activateRun } from '../../../backend/training/runs.ts';
import { train } from '../../../backend/training/train.ts';
import { createEngine, type LabelPriors } from '../../../engine/index.ts';
import { predictedByFolder, predictedWith, type Taught, withTaught } from '../../export/learnt.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const KINDS = [
  { text: 'the parcel came late', yes: ['shipping'] },
  { text: 'the price is high', yes: ['price'] },
  { text: 'nice colour', yes: [] },
  { text: 'late and the price is high', yes: ['shipping', 'price'] },
];
const OPTIONS = { epochs: 2, batchSize: 8, learningRate: 1e-2, seed: 3 };
/** Short ones, and one that is read in windows. */
const TEXTS = ['the price came late', 'this is nice', `${'the colour is nice . '.repeat(40)} late`];

function setting() {
  const folder = temporaryFolder();
  const model = join(folder, 'model');
  writeTinyModel(model);
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  const engine = createEngine();
  onTestFinished(() => engine.close());
  const texts = Array.from({ length: 40 }, (_, i) => {
    const { text, yes } = KINDS[i % 4]!;
    return { text: `${text}${' .'.repeat(Math.floor(i / 4))}`, yes };
  });
  const taught: Taught = { model, labels: ['shipping', 'price'], texts };
  return { engine, folder, path: join(folder, 'test.entail'), taught };
}

const farthest = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
  Math.max(...a.flatMap((row, i) => row.map((p, j) => Math.abs(p - b[i]![j]!))));

test.each([
  ['a training', OPTIONS],
  ['no training', undefined],
])('after %s an exported folder predicts as the project does', async (_, options) => {
  const { engine, folder, path, taught } = setting();
  await withTaught(engine, { path, taught, ...(options && { options }) }, async (project) => {
    const to = join(folder, 'out');
    const { withoutLearnt } = await exportSuggesting(project, engine, { to });
    expect(withoutLearnt).toBeNull();
    const own = await predictedWith(project, engine, TEXTS);
    expect(farthest(await predictedByFolder(engine, to, TEXTS), own)).toBeLessThan(1e-3);
    const card = readFileSync(join(to, 'README.md'), 'utf8');
    expect(card).toContain('### As the app suggests');
    expect(card).toContain('what the decisions on 40 documents taught');
    expect(card.includes('fine-tuned with Entail')).toBe(options !== undefined);
    expect(card.includes('is the combined reading of `entail.json`')).toBe(options === undefined);
    // Of the model alone where it was trained, and of both.
    expect(card.match(/\| macro average \|/g)).toHaveLength(options ? 2 : 1);
  });
});

test('labels.json of a folder that was not trained reads texts as the project does without what decisions taught', async () => {
  const { engine, folder, path, taught } = setting();
  const descriptions = { shipping: 'the parcel came late', price: ' \ufeff' };
  await withTaught(engine, { path, taught: { ...taught, descriptions } }, async (project) => {
    const to = join(folder, 'out');
    await exportSuggesting(project, engine, { to });
    const file = JSON.parse(readFileSync(join(to, 'labels.json'), 'utf8'));
    expect(file).toEqual([
      {
        name: 'shipping',
        description: 'the parcel came late',
        hypotheses: ['this is about shipping .'],
        threshold: 0.5,
      },
      { name: 'price', hypotheses: ['this is about price .'], threshold: 0.5 },
    ]);
    const labels = await readLabelsFile(join(to, 'labels.json'));
    const priors: LabelPriors = JSON.parse(readFileSync(join(to, 'priors.json'), 'utf8'));
    const source = { dir: to, fusion: fusionFor(to, undefined) };
    const spec = { ...source, labels, priors, device: 'cpu', precision: 'fp32' } as const;
    const byFile = await withProbabilities(engine, { ...spec, texts: async () => TEXTS }, (score) =>
      score(TEXTS),
    );
    const own = await predictedWith(project, engine, TEXTS, { alone: true });
    const found = byFile.map(({ probabilities }) => [...probabilities]);
    expect(farthest(found, own)).toBeLessThan(1e-3);
    expect(farthest(found, await predictedWith(project, engine, TEXTS))).toBeGreaterThan(0.01);
  });
});

test.each([
  ['one document', 1],
  ['documents that are all alike', 5],
])(
  'with %s and no decision heads say nothing, and an exported folder predicts as the project does',
  async (_, count) => {
    const { engine, folder, path, taught } = setting();
    const texts = Array.from({ length: count }, () => ({ text: 'the parcel came late', yes: [] }));
    await withTaught(engine, { path, taught: { ...taught, texts, undecided: true } }, async (project) => {
      const to = join(folder, 'out');
      await exportSuggesting(project, engine, { to });
      const byFolder = await predictedByFolder(engine, to, TEXTS);
      expect(byFolder.map(({ length }) => length)).toEqual(TEXTS.map(() => 2));
      expect(farthest(byFolder, await predictedWith(project, engine, TEXTS))).toBeLessThan(1e-3);
    });
  },
);

test('a run that does not suggest is exported alone, which is told', async () => {
  const { engine, folder, path, taught } = setting();
  await withTaught(engine, { path, taught, options: OPTIONS }, async (project) => {
    const first = project.stores.settings.get('activeRun');
    const { run } = await train(project, engine, { options: OPTIONS, device: 'cpu' });
    activateRun(project, run);
    const to = join(folder, 'out');
    const { withoutLearnt, files } = await exportRun(project, engine, { run: first, to });
    expect(withoutLearnt).toBe('other run');
    expect(files.filter((file) => file.startsWith('learnt/'))).toEqual([]);
    expect(readFileSync(join(to, 'README.md'), 'utf8')).not.toContain('learnt/');
  });
});

test('a project that learnt nothing has nothing to export', async () => {
  const { engine, folder, taught } = setting();
  const project = newProject();
  agreeToModel(taught.model);
  project.write(() => project.stores.settings.set('model', taught.model));
  await expect(exportSuggesting(project, engine, { to: join(folder, 'out') })).rejects.toMatchObject({
    code: 'nothing_learnt',
  });
});
