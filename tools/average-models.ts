import { Command } from 'commander';
import { openModelFolder } from '../engine/model/folder.ts';
import { averageModels } from './nli/averageModels.ts';
import { runTool } from './nli/tool.ts';

const program = new Command('average-models')
  .description('makes one model from several copies of a training (--snapshot-every of train-nli)')
  .requiredOption('--models <dirs...>', 'model folders; graph and settings are the last one’s')
  .requiredOption('--out <dir>', 'folder to write')
  .action(async ({ models, out }: { models: string[]; out: string }) => {
    const folders = await Promise.all(models.map((dir) => openModelFolder(dir)));
    const { bytes } = averageModels(folders, out);
    process.stdout.write(`${JSON.stringify({ models: models.length, bytes })}\n`);
  });

await runTool(program);
