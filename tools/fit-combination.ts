import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Precision } from '../engine/inference/precision.ts';
import { encoderFolder } from '../engine/model/encoderFolder.ts';
import { versionWith } from '../engine/model/fusionFile.ts';
import { loadNliModel } from '../engine/model/nliModel.ts';
import { fuse } from '../engine/zeroshot/fusion.ts';
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
  .addOption(
    new Option('--precision <p>', 'of the weights').choices(['auto', 'fp32', 'int8']).default('int8'),
  )
  .option('--dry', 'print it, write nothing')
  .action(run);

async function run(options: Options): Promise<void> {
  const data = dataFolder(options);
  const model = await loadNliModel(options.model);
  const sets: SetReadings[] = [];
  for (const name of options.sets) {
    const request = { set: name, texts: Number(options.texts), characters: Number(options.characters) };
    const set = await sampleSet(data, { ...request, part: 'train' });
    sets.push(await readingsOf(model, set, options.precision));
    process.stderr.write(`${name} read\n`);
  }
  const combination = fitCombination(
    sets,
    options.sharpness === undefined ? {} : { sharpness: Number(options.sharpness) },
  );
  for (const { set, texts, priors } of sets) {
    const scores = texts.map((readings) => fuse(combination, priors, readings));
    const { macroF1, meanAveragePrecision, topLabel } = zeroShotScores(set, scores);
    process.stderr.write(
      `${set.name}: macro-F1 at 0.5 ${macroF1.toFixed(3)}, mean average precision ${meanAveragePrecision.toFixed(3)}, top label ${topLabel.toFixed(3)}\n`,
    );
  }
  const rounded = Object.fromEntries(
    Object.entries(combination).map(([name, value]) => [name, Number(value.toFixed(4))]),
  );
  const json = `${JSON.stringify({ version: versionWith(encoderFolder(options.model) !== null, combination), combination: rounded }, null, 2)}\n`;
  process.stdout.write(json);
  if (!options.dry) writeFileSync(join(options.model, 'entail.json'), json);
}

await runTool(program);
