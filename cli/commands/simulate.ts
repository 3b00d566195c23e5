import { Command } from 'commander';
import { readGold } from '../../backend/evaluating/goldFile.ts';
import { simulate } from '../../backend/evaluating/simulating.ts';
import { requireLabels } from '../../backend/labels/labels.ts';
import { suggestingModel } from '../../backend/suggesting/suggestingModel.ts';
import { STRATEGIES } from '../../engine/index.ts';
import { deviceFor, withEngine, withProject } from '../context.ts';
import { wholeNumber, withDevice, withJson } from '../options.ts';
import { percent, print, table } from '../output.ts';

const PICKING = STRATEGIES.map(({ name }) => name);

interface Options {
  gold: string;
  strategy: string[];
  budget: number;
  step: number;
  epochs: number;
  seed: number;
  device: string;
  json?: boolean;
}

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('replay annotation with known answers: the learning curve per strategy')
    .argument('<project>', 'its labels and model are used; it is not changed')
    .requiredOption('--gold <file>', 'rows with text and labels')
    .option('--strategy <names...>', `of ${PICKING.join(', ')}`, ['mix', 'random'])
    .option('--budget <n>', 'documents to annotate in all', wholeNumber(1), 100)
    .option('--step <n>', 'documents between two trainings', wholeNumber(1), 20)
    .option('--epochs <n>', 'per training', wholeNumber(1, 100), 3)
    .option('--seed <n>', 'of picks and training', wholeNumber(0), 1);
  return withJson(withDevice(command)).action((path: string, options: Options, self: Command) => {
    const unknown = options.strategy.find((name) => !PICKING.includes(name));
    if (unknown)
      self.error(`error: there is no strategy "${unknown}": use ${PICKING.join(', ')}.`, { exitCode: 2 });
    return run(path, options);
  });
}

async function run(path: string, options: Options): Promise<void> {
  await withProject(path, async (project) => {
    const labels = requireLabels(project);
    const rows = await readGold(
      options.gold,
      labels.map(({ name }) => name),
    );
    const { settings } = project.stores;
    const model = await suggestingModel(project, settings.get('model'), undefined, 'named');
    const curve = await withEngine(async ({ engine, signal }) =>
      simulate(engine, {
        rows,
        labels,
        model,
        strategies: options.strategy,
        budget: options.budget,
        step: options.step,
        options: { epochs: options.epochs, seed: options.seed },
        device: (await deviceFor(engine, options, 'training')).device,
        signal,
        onPoint: (p) =>
          process.stderr.write(`${p.strategy}, ${p.documents} documents: macro F1 ${percent(p.macroF1)}\n`),
      }),
    );
    print(options.json, { curve }, () =>
      table(
        ['strategy', 'documents', 'macro F1', 'micro F1', 'mean average precision'],
        curve.map((p) => [
          p.strategy,
          String(p.documents),
          percent(p.macroF1),
          percent(p.microF1),
          percent(p.meanAveragePrecision),
        ]),
      ),
    );
  });
}
