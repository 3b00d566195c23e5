import { Command, CommanderError, Help, type Option } from 'commander';
import { resolveModel } from '../backend/models/resolve.ts';
import { type ChosenClasses, rememberClasses } from '../engine/index.ts';
import { beginProcess } from '../process/last.ts';
import { acceptCommand } from './commands/accept.ts';
import { annotateCommand } from './commands/annotate.ts';
import { benchCommand } from './commands/bench.ts';
import { checkCommand } from './commands/check.ts';
import { demoCommand } from './commands/demo.ts';
import { disagreementsCommand } from './commands/disagreements.ts';
import { correctCommand, deleteCommand, undoCommand } from './commands/documents.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { exportDataCommand } from './commands/exportData.ts';
import { importCommand } from './commands/import.ts';
import { modelsCommand } from './commands/models.ts';
import { newCommand } from './commands/new.ts';
import { nextCommand } from './commands/next.ts';
import { predictCommand } from './commands/predict.ts';
import { progressCommand } from './commands/progress.ts';
import { serveCommand } from './commands/serve.ts';
import { duplicatesCommand, similarCommand } from './commands/similar.ts';
import { simulateCommand } from './commands/simulate.ts';
import { suggestCommand } from './commands/suggest.ts';
import { testSampleCommand } from './commands/testSample.ts';
import { thresholdsCommand } from './commands/thresholds.ts';
import { trainCommand } from './commands/train.ts';
import { describeError, EXIT } from './errors.ts';
import { isLasting, recovered } from './lasting.ts';
import { tell } from './terminal.ts';

const fail = (error: unknown): never => {
  tell(describeError(error));
  process.exit(EXIT.failed);
};
beginProcess('cli', {
  exception: (error) => {
    if (!recovered(error)) fail(error);
  },
  // A server goes on: nobody waits for what failed. A command would report success otherwise.
  rejection: (error) => (isLasting() ? undefined : fail(error)),
});

const program = new Command('entail')
  .description(
    'Sort documents into several overlapping categories with a model that learns on your own machine.',
  )
  .showHelpAfterError('(see entail --help)')
  .exitOverride();
const asUsual = new Help();
/** Commander tells that an option is required only where it was left out. */
const optionDescription = (option: Option): string =>
  `${asUsual.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`;

for (const command of [
  newCommand(),
  importCommand(),
  suggestCommand(),
  nextCommand(),
  annotateCommand(),
  deleteCommand(),
  correctCommand(),
  undoCommand(),
  acceptCommand(),
  disagreementsCommand(),
  similarCommand(),
  duplicatesCommand(),
  testSampleCommand(),
  thresholdsCommand(),
  progressCommand(),
  trainCommand(),
  evaluateCommand(),
  predictCommand(),
  exportCommand(),
  exportDataCommand(),
  simulateCommand(),
  benchCommand(),
  checkCommand(),
  modelsCommand(),
  serveCommand(),
  demoCommand(),
]) {
  command.configureHelp({ optionDescription });
  program.addCommand(command.exitOverride().showHelpAfterError(`(see entail ${command.name()} --help)`));
}

// Said once, remembered for every command that loads the model.
program.hook('preAction', async (_, command) => {
  const { model, classes } = command.opts<{ model?: string; classes?: ChosenClasses }>();
  if (classes === undefined) return;
  if (model === undefined)
    return command.error('error: --classes is about a model: name it with --model.', {
      exitCode: EXIT.usage,
    });
  await rememberClasses((await resolveModel(model)).dir, classes);
});

// A reader that closes the pipe early (head, less) is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && !isLasting()) process.exit(EXIT.done);
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  tell(describeError(error));
  return EXIT.failed;
}
