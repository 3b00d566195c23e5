import { Command, CommanderError } from 'commander';
import { EngineError } from '../engine/index.ts';
import { CliError } from './errors.ts';
import { predictCommand } from './predict.ts';

/** Exit codes of the command line: done, failed with a reason, wrong usage. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const program = new Command('entail')
  .description(
    'Sort documents into several overlapping categories with a model that learns on your own machine.',
  )
  .exitOverride()
  .showHelpAfterError('(see entail --help)');
program.addCommand(predictCommand());
for (const command of program.commands) command.exitOverride();

// A reader that closes the pipe early (head, less) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof EngineError || error instanceof CliError) {
    process.stderr.write(`${error.message}${error.hint ? ` ${error.hint}` : ''}\n`);
    return EXIT.failed;
  }
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  process.stderr.write(`Something went wrong inside Entail: ${reason}\n`);
  return EXIT.failed;
}
