import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { annotate, decided } from '../backend/annotating/annotating.ts';
import { evaluateOn } from '../backend/evaluating/goldFile.ts';
import { readLabelsFile } from '../backend/importing/labelsFile.ts';
import { addLabels } from '../backend/labels/labels.ts';
import { agreeToModel } from '../backend/models/agreed.ts';
import { createProject, type Project } from '../backend/project/file.ts';
import { train } from '../backend/training/train.ts';
import { comparison } from '../cli/commands/demo.ts';
import { createEngine, createRandom } from '../engine/index.ts';

/**
 * What training brings: documents of a data set are annotated with their gold labels, the model is measured on the
 * set's test part before and after.
 *
 *   node bench/learning.ts --data FOLDER [--set NAME] [--documents 400] [--test 500] [--model default] [--epochs 5]
 *     [--method lora|full] [--lr X] [--seed 1] [--json]
 *
 * FOLDER/NAME holds train.jsonl.gz, test.jsonl.gz ({"id", "text", "labels"}) and labels.json.
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/text' },
    set: { type: 'string', default: 'restaurant_aspects' },
    documents: { type: 'string', default: '400' },
    test: { type: 'string', default: '500' },
    model: { type: 'string', default: 'default' },
    epochs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    lr: { type: 'string' },
    method: { type: 'string', default: 'lora' },
    json: { type: 'boolean', default: false },
  },
});

const Row = z.object({ id: z.string(), text: z.string(), labels: z.array(z.string()) });
type Row = z.infer<typeof Row>;

const folder = join(options.data, options.set);
if (!existsSync(folder)) throw new Error(`There is no data set "${folder}": name the folder with --data.`);
const random = createRandom(Number(options.seed));
const work = mkdtempSync(join(tmpdir(), 'entail-learning-'));
const project = createProject(join(work, 'learning.entail'));
const engine = createEngine();
try {
  addLabels(project, await readLabelsFile(join(folder, 'labels.json')));
  agreeToModel(options.model);
  project.write(() => project.stores.settings.set('model', options.model));
  annotateRows(project, sample('train', Number(options.documents)));
  const test = join(work, 'test.jsonl');
  writeFileSync(
    test,
    sample('test', Number(options.test))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  );
  const compute = { device: 'cpu', precision: 'fp32', file: test, absent: 'no' } as const;
  const before = await evaluateOn(project, engine, { ...compute, threshold: 0.5 });
  const { run, report } = await train(project, engine, {
    options: {
      epochs: Number(options.epochs),
      seed: Number(options.seed),
      method: options.method === 'full' ? 'full' : 'lora',
      ...(options.lr !== undefined && { learningRate: Number(options.lr) }),
    },
    device: 'cpu',
    listener: {
      onEvaluation: (e) =>
        process.stderr.write(`epoch ${e.epoch}: held-out macro F1 ${e.macroF1.toFixed(3)}\n`),
    },
  });
  const after = await evaluateOn(project, engine, { ...compute, threshold: 0.5 });
  const tuned = await evaluateOn(project, engine, { ...compute, threshold: 'tuned', run });
  const { seconds, pairs, examplesPerSecond } = report;
  const result = {
    set: options.set,
    documents: report.documents,
    pairs,
    seconds,
    examplesPerSecond,
    before,
    after,
    tuned,
  };
  process.stdout.write(
    options.json
      ? `${JSON.stringify(result)}\n`
      : `${options.set}: ${options.documents} annotated documents, ${pairs} pairs, trained in ${seconds!.toFixed(0)} s
${comparison(before, after)}
With thresholds tuned on held-out documents: macro F1 ${(100 * tuned.macro.f1).toFixed(1)} %.\n`,
  );
} finally {
  await engine.close();
  project.close();
  rmSync(work, { recursive: true, force: true });
}

function sample(part: 'train' | 'test', count: number): Row[] {
  const text = gunzipSync(readFileSync(join(folder, `${part}.jsonl.gz`))).toString('utf8');
  const rows = text
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)));
  return random.fork(part).shuffle(rows).slice(0, count);
}

function annotateRows(target: Project, rows: readonly Row[]): void {
  const labels = target.stores.labels.all();
  const annotations = target.write(() =>
    rows.map((row) => {
      const id = target.stores.documents.add(
        { externalId: row.id, text: row.text, meta: new Map(), split: null, source: options.set },
        '',
      );
      const yes = labels.filter(({ name }) => row.labels.includes(name)).map((label) => label.id);
      return decided(id, {
        yes,
        no: labels.map((label) => label.id).filter((label) => !yes.includes(label)),
      });
    }),
  );
  annotate(target, 'gold', annotations);
}
