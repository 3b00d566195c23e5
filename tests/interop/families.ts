import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exportModel } from '../../engine/export/modelFolder.ts';
import type { Engine } from '../../engine/index.ts';
import { loadNliModel } from '../../engine/model/nliModel.ts';
import { longerAndLonger } from '../export/longTexts.ts';
import { pythonScores } from '../export/snippets.ts';
import { bareCard } from '../support/bareCard.ts';
import { programScores } from './cases.ts';
import { json, type Python } from './python.ts';

/** A way in which others load an exported folder in Python and get its probabilities. */
interface Loader {
  readonly name: string;
  readonly needs: readonly string[];
  /** It reads the weights for PyTorch, which not every folder has. */
  readonly pytorch?: true;
  scores(python: Python, dir: string, texts: readonly string[]): Promise<number[][]>;
}

export const LOADERS: readonly Loader[] = [
  {
    name: 'onnxruntime',
    needs: ['onnxruntime', 'tokenizers', 'pyarrow'],
    async scores(python, dir, texts) {
      const path = `${dir} texts.json`;
      writeFileSync(path, JSON.stringify(texts));
      return json<{ scores: number[][] }>(await python.run(['rows.py', 'score', dir, path])).scores;
    },
  },
  {
    name: 'transformers and PyTorch',
    needs: ['torch', 'transformers'],
    pytorch: true,
    scores: (python, dir, texts) => pythonScores(python.path, dir, texts),
  },
  {
    name: 'optimum',
    needs: ['torch', 'optimum.onnxruntime'],
    scores: (python, dir, texts) =>
      pythonScores(python.path, dir, texts, (code) =>
        code
          .replace('from transformers import Auto', 'from optimum.onnxruntime import ORT')
          .replace('AutoModelFor', 'ORTModelFor')
          .replace('from_pretrained(".").eval()', 'from_pretrained(".", subfolder="onnx")'),
      ),
  },
];

const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared', 'fixtures');
const OWN = join(import.meta.dirname, '..', 'fixtures', 'families');

/** Folders of small models: those of this repository, and what lies beside it. */
export const MODELS: readonly string[] = [OWN, join(SHARED, 'models'), join(SHARED, 'inference')].flatMap(
  (parent) =>
    statSync(parent, { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(parent, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(parent, name))
      : [],
);

interface Family {
  /** The exported folder. */
  readonly dir: string;
  readonly texts: readonly string[];
  /** The program's own probabilities of the model before it was exported, [texts][labels]. */
  readonly scores: readonly (readonly number[])[];
  /** The same of other texts. */
  scoresOf(texts: readonly string[]): Promise<number[][]>;
  /** Why the folder has no weights for PyTorch; null: it has. */
  readonly without: string | null;
}

/**
 * Models whose tokens transformers.js finds otherwise than the tokenizers of Hugging Face where a text names a special
 * token, as if no space stood before it: there such words are left out.
 */
export const NAMED_TOKENS: Readonly<Record<string, RegExp>> = { 'models/albert': / ?\[SEP\]/g };

const LABELS = [
  { name: 'money', hypotheses: ['This text is about money.'], threshold: 0.5 },
  { name: 'travel', hypotheses: ['It is about travel.'], threshold: 0.5 },
];

/** Exports a model, has the program score the texts with it, and gives both to `use`; then all of it is removed. */
export async function withFamily(
  { engine, dir, work }: { engine: Engine; dir: string; work: string },
  use: (family: Family) => Promise<void>,
): Promise<void> {
  const name = basename(dir);
  const to = join(work, name);
  const texts = longerAndLonger();
  try {
    const model = await loadNliModel(dir);
    const { withoutPytorch } = await exportModel(model, model.prepared.model, {
      to,
      labels: LABELS,
      probeTexts: texts.slice(0, 4),
      card: bareCard(name),
    });
    const scoresOf = (own: readonly string[]) =>
      programScores(engine, { dir, labels: LABELS, texts: own }, undefined);
    const scores = await scoresOf(texts);
    await use({ dir: to, texts, scores, scoresOf, without: withoutPytorch });
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}
