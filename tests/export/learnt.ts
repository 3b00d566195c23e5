import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { exportedReading } from '../../backend/exporting/exportedReading.ts';
import { exportSuggesting } from '../../backend/exporting/exportModel.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { agreeToModel } from '../../backend/models/agreed.ts';
import { createProject, type Project } from '../../backend/project/file.ts';
import { embedDocuments, embedTuned } from '../../backend/suggesting/embedding.ts';
import { withProbabilities } from '../../backend/suggesting/fusing.ts';
import { learntReading } from '../../backend/suggesting/learning/learntReading.ts';
import { projectPriors } from '../../backend/suggesting/priors.ts';
import { APP_PRECISION } from '../../backend/suggesting/scorers.ts';
import { suggest } from '../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../backend/suggesting/suggestingModel.ts';
import { readUntrained } from '../../backend/suggesting/untrained.ts';
import { activateRun } from '../../backend/training/runs.ts';
import { train } from '../../backend/training/train.ts';
import type { Engine } from '../../engine/index.ts';

/** What a project is made of: every label is decided on every text, or nothing is. */
export interface Taught {
  /** The folder of its model. */
  readonly model: string;
  readonly labels: readonly string[];
  /** Of labels, by their names. */
  readonly descriptions?: Readonly<Record<string, string>>;
  readonly texts: readonly { readonly text: string; readonly yes: readonly string[] }[];
  readonly undecided?: boolean;
}

/** A project that learnt from its texts; closed when `work` is over. `options`: of a training, after which its run suggests. */
export async function withTaught<T>(
  engine: Engine,
  { path, taught, options }: { path: string; taught: Taught; options?: object },
  work: (project: Project) => Promise<T>,
): Promise<T> {
  const { labels, descriptions, texts, undecided } = taught;
  // A run keeps the whole path, and that is what was agreed to.
  const model = resolve(taught.model);
  agreeToModel(model);
  const project = createProject(path);
  try {
    addLabels(
      project,
      labels.map((name) => ({
        name,
        description: descriptions?.[name] ?? '',
        hypotheses: [`this is about ${name} .`],
      })),
    );
    project.write(() => project.stores.settings.set('model', model));
    const ids = project.write(() =>
      texts.map(({ text }, i) =>
        project.stores.documents.add(
          { externalId: `d${i}`, text, meta: new Map(), split: null, source: 'test' },
          '2026-01-01T00:00:00.000Z',
        ),
      ),
    );
    const known = project.stores.labels.all();
    const parts = ids.map((id, i) => {
      const yes = known.filter(({ name }) => texts[i]!.yes.includes(name)).map((label) => label.id);
      return decided(id, { yes, no: known.map((label) => label.id).filter((own) => !yes.includes(own)) });
    });
    if (!undecided) annotate(project, 'ada', parts);
    await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
    await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER });
    if (options) {
      const { run } = await train(project, engine, { options, device: 'cpu' });
      activateRun(project, run);
      await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
      await readUntrained(project, engine, ids, { device: 'cpu' });
      await embedTuned(project, engine, {});
    }
    return await work(project);
  } finally {
    project.close();
  }
}

/** What `entail predict` gives for texts with the project, in float32; `alone`: without what decisions taught. */
export async function predictedWith(
  project: Project,
  engine: Engine,
  texts: readonly string[],
  { alone = false }: { alone?: boolean } = {},
): Promise<number[][]> {
  const labels = project.stores.labels.all();
  const source = await suggestingModel(project);
  const learnt = alone ? undefined : await learntReading(project);
  const priors = source.fusion
    ? await projectPriors(project, engine, source, { labels, device: 'cpu', precision: APP_PRECISION })
    : undefined;
  const spec = { ...source, labels, learnt, priors, device: 'cpu', precision: 'fp32' } as const;
  return withProbabilities(engine, { ...spec, texts: async () => texts }, async (score) =>
    (await score(texts)).map(({ probabilities }) => [...probabilities]),
  );
}

/** What `entail predict --model` gives with an exported folder alone, in float32. */
export async function predictedByFolder(
  engine: Engine,
  dir: string,
  texts: readonly string[],
): Promise<number[][]> {
  const found = await exportedReading(dir);
  if (found === null) throw new Error(`${dir} has nothing that decisions taught`);
  const { source, labels, learnt, priors } = found;
  const spec = { ...source, labels, learnt, priors, device: 'cpu', precision: 'fp32' } as const;
  return withProbabilities(engine, { ...spec, texts: async () => texts }, async (score) =>
    (await score(texts)).map(({ probabilities }) => [...probabilities]),
  );
}

/** Exports what suggests in the project. */
export const exportTaught = (project: Project, engine: Engine, to: string) =>
  exportSuggesting(project, engine, { to });

const run = promisify(execFile);

/** Of all characters of 16 bits, those that the Python in an exported folder takes for a description when they stand alone. */
export async function describingInPython(python: string, dir: string): Promise<string> {
  const code = `import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "jobs")
from entail_files import description_of
print(json.dumps("".join(one for one in map(chr, range(2 ** 16)) if description_of({"description": one}))))`;
  const { stdout } = await run(python, ['-c', code], { cwd: dir, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as string;
}

/** What the Python in an exported folder gives, with what decisions taught or without. */
export async function scoresInPython(
  python: string,
  dir: string,
  texts: readonly string[],
  more = '',
): Promise<number[][]> {
  writeFileSync(join(dir, 'texts.json'), JSON.stringify(texts));
  const code = `import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "jobs")
from entail_scoring import Scorer
print(json.dumps(Scorer("."${more}).score(json.load(open("texts.json", encoding="utf-8"))).tolist()))`;
  const { stdout } = await run(python, ['-c', code], { cwd: dir, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as number[][];
}
