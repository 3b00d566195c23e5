import { Command } from 'commander';
import { resolveModel, wholeName } from '../../backend/models/resolve.ts';
import { bench, type Spread } from '../../backend/suggesting/benchmark.ts';
import { fusionFor } from '../../backend/suggesting/fusing.ts';
import type { Device } from '../../engine/index.ts';
import { deviceFor, precisionOf, withEngine } from '../context.ts';
import { wholeNumber, withClasses, withDevice, withJson } from '../options.ts';
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
    .option('--model <model>', 'folder, hub id or "default"', wholeName, wholeName('default'))
    .option('--repeats <n>', 'measurements of each', wholeNumber(1, 100), 3);
  return withJson(withDevice(withClasses(command))).action(run);
}

async function run(options: Options): Promise<void> {
  const { dir } = await resolveModel(options.model);
  const { result, devices } = await withEngine(async ({ engine, signal }) => {
    const training = await deviceFor(engine, options, 'training');
    const suggesting = await engine.devices.choose(options.device as Device | 'auto', 'suggesting');
    const precision = precisionOf(options);
    const fusion = fusionFor(dir, undefined);
    const request = { model: { dir }, fusion, repeats: options.repeats, precision, signal };
    const compute = { device: training.device, suggestingDevice: suggesting.device };
    return { result: await bench(engine, { ...request, ...compute }), devices: { training, suggesting } };
  });
  print(options.json, { model: options.model, devices, ...result }, () =>
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
