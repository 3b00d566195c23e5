import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { plotSvg } from '../cli/plot.ts';
import { runTool } from './nli/tool.ts';
import { curvesOf, readTrainingLog, trainingCost } from './nli/trainingCost.ts';

interface Options {
  readonly log: string;
  readonly svg?: string;
  readonly title: string;
}

const program = new Command('training-cost')
  .description('what a training run took (pairs per second, hours, memory), and its curves')
  .requiredOption('--log <file>', 'log.jsonl of tools/train-nli.ts')
  .option('--svg <file>', 'write a plot of the loss and of the held-out scores')
  .option('--title <text>', 'of the plot', 'Training')
  .action(report);

function report({ log, svg, title }: Options): void {
  const entries = readTrainingLog(readFileSync(log, 'utf8'), log);
  const { steps, rows, tokens, hours, rowsPerSecond, megabytes } = trainingCost(entries);
  process.stdout.write(
    `${steps} steps, ${rows} pairs and texts, ${(tokens / 1e6).toFixed(1)} million padded tokens, ${hours.toFixed(2)} hours of steps, ${rowsPerSecond.toFixed(1)} pairs per second, at most ${megabytes} MB\n`,
  );
  if (svg === undefined) return;
  const series = curvesOf(entries);
  writeFileSync(svg, plotSvg({ title, x: 'step', y: 'loss; held-out scores', series }));
}

await runTool(program);
