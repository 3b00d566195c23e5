import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { INTERACTION } from '../engine/files/layout.ts';
import type { Precision } from '../engine/inference/precision.ts';
import { encoderFolder } from '../engine/model/encoderFolder.ts';
import { versionWith } from '../engine/model/fusionFile.ts';
import { readInteraction } from '../engine/model/interactionFile.ts';
import { loadNliModel, type NliModel } from '../engine/model/nliModel.ts';
import { fuse, type InteractionShare } from '../engine/zeroshot/fusion.ts';
import { fitCombination } from './nli/fitCombination.ts';
import { readingsOf, type SetReadings } from './nli/readings.ts';
import { sampleSet } from './nli/sampleSet.ts';
import { dataFolder, runTool } from './nli/tool.ts';
import { zeroShotScores } from './nli/zeroShotTable.ts';

interface Options {
  readonly model: string;
  readonly data?: string;
  readonly sets: string[];
  readonly texts: string;
  readonly characters: string;
  readonly sharpness?: string;
  readonly interaction: string;
  readonly precision: Precision;
  readonly dry?: boolean;
}

const program = new Command('fit-combination')
  .description(
    "fits how a model's entailment and embeddings make one suggestion; writes entail.json into its folder",
  )
  .requiredOption('--model <dir>', 'model folder')
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--sets <names...>', 'text sets never trained on; their training parts are used', [
    'text/vaccine_concerns',
    'text/app_review_requirements',
  ])
  .option('--texts <n>', 'texts drawn from each set', '150')
  .option('--characters <n>', 'longer texts are cut', '700')
  .option('--sharpness <s>', 'factor of cosines before labels compete')
  .option('--interaction <share>', 'share of late interaction in how much text and label are alike', '0')
  .addOption(
    new Option('--precision <p>', 'of the weights').choices(['auto', 'fp32', 'int8']).default('int8'),
  )
  .option('--dry', 'print it, write nothing')
  .action(run);

async function run(options: Options): Promise<void> {
  const data = dataFolder(options);
  const { precision } = options;
  const model = await loadNliModel(options.model);
  const interaction = await interactionOf(model, Number(options.interaction));
  const sets: SetReadings[] = [];
  for (const name of options.sets) {
    const request = { set: name, texts: Number(options.texts), characters: Number(options.characters) };
    const set = await sampleSet(data, { ...request, part: 'train' });
    sets.push(await readingsOf(model, set, { precision, interaction }));
    process.stderr.write(`${name} read\n`);
  }
  const combination = fitCombination(sets, {
    ...(options.sharpness !== undefined && { sharpness: Number(options.sharpness) }),
    ...(interaction && { interaction }),
  });
  for (const { set, texts, priors } of sets) {
    const scores = texts.map((readings) => fuse(combination, priors, readings));
    const { macroF1, meanAveragePrecision, topLabel } = zeroShotScores(set, scores);
    process.stderr.write(
      `${set.name}: macro-F1 at 0.5 ${macroF1.toFixed(3)}, mean average precision ${meanAveragePrecision.toFixed(3)}, top label ${topLabel.toFixed(3)}\n`,
    );
  }
  const rounded = Object.fromEntries(
    Object.entries(combination).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toFixed(4)) : value,
    ]),
  );
  const json = `${JSON.stringify({ version: versionWith(encoderFolder(options.model) !== null, combination), combination: rounded }, null, 2)}\n`;
  process.stdout.write(json);
  if (!options.dry) writeFileSync(join(options.model, 'entail.json'), json);
}

/** What that share is of; undefined: none. */
async function interactionOf(model: NliModel, share: number): Promise<InteractionShare | undefined> {
  if (share === 0) return undefined;
  const { dir } = (await model.encoder()).folder;
  const found = readInteraction(dir);
  if (!found) throw new Error(`${dir} has no ${INTERACTION}: make it with tools/train-interaction.ts.`);
  return { share, digest: found.digest };
}

await runTool(program);
