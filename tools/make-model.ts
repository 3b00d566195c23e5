import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { ENCODER } from '../engine/files/layout.ts';
import { loadTextModel } from '../engine/model/textModel.ts';
import { runTool } from './nli/tool.ts';
import { writeEncoder } from './nli/writeEncoder.ts';

const program = new Command('make-model')
  .description('makes a model folder that entails by one model and embeds texts by another')
  .requiredOption('--entails <dir>', 'model whose graph, tokenizer and settings are taken as they are')
  .requiredOption(
    '--embeds <dir>',
    'encoder (make-base, train-nli, average-models); its classes are left out',
  )
  .requiredOption('--out <dir>', 'folder to write; how both are combined: fit-combination')
  .action(async ({ entails, embeds, out }: { entails: string; embeds: string; out: string }) => {
    mkdirSync(out, { recursive: true });
    for (const name of OWN)
      cpSync(join(entails, name), join(out, name), { recursive: true, errorOnExist: false });
    rmSync(join(out, 'entail.json'), { force: true });
    const bytes = writeEncoder(await loadTextModel(embeds), join(resolve(out), ENCODER));
    process.stdout.write(`${JSON.stringify({ encoder: bytes })}\n`);
  });

/** What of the model that entails is taken. */
const OWN = [
  'config.json',
  'onnx',
  'special_tokens_map.json',
  'tokenizer.json',
  'tokenizer_config.json',
] as const;

await runTool(program);
