import { Command } from 'commander';
import { resolveModel } from '../../backend/models.ts';
import { bench, type Spread } from '../../backend/services/benchmark.ts';
import { deviceOf, precisionOf, withEngine } from '../context.ts';
import { wholeNumber, withDevice, withJson } from '../options.ts';
import { percent, print, table } from '../output.ts';

interface Options {
  model: string;
  repeats: number;
  device: string;
  precision: string;
  json?: boolean;
}

export function benchCommand(): Command {
  const command = new Command('bench')
    .description('training and suggestion speed on this machine')
    .option('--model <model>', 'folder, hub id or "default"', 'default')
    .option('--repeats <n>', 'measurements of each', wholeNumber(1, 100), 3);
  return withJson(withDevice(command)).action(run);
}

async function run(options: Options): Promise<void> {
  const { dir } = await resolveModel(options.model);
  const result = await withEngine(({ engine, signal }) =>
    bench(engine, {
      model: { dir },
      repeats: options.repeats,
      device: deviceOf(options),
      precision: precisionOf(options),
      signal,
    }),
  );
  print(options.json, { model: options.model, ...result }, () =>
    table(
      ['', 'minimum', 'median', 'maximum'],
      [
        ...Object.entries(result.pairsPerSecond).map(([what, spread]) =>
          row(`${what}, pairs per second`, spread, (rate) => rate.toFixed(0)),
        ),
        ...Object.entries(result.optimizerShare).map(([method, spread]) =>
          row(`optimizer's share of a ${method} step`, spread, percent),
        ),
      ],
    ),
  );
}

const row = (what: string, { min, median, max }: Spread, text: (value: number) => string) => [
  what,
  text(min),
  text(median),
  text(max),
];
