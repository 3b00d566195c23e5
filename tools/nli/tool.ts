import type { Command } from 'commander';
import { EngineError } from '../../engine/errors.ts';

/** Runs a tool; what is wrong with what it was given ends it with a sentence instead of a stack trace. */
export async function runTool(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    process.stderr.write(`${error.message}${typeof error.hint === 'string' ? ` ${error.hint}` : ''}\n`);
    process.exitCode = 1;
  }
}

/** Where the data sets lie: what --data says, else ENTAIL_DATA. Throws `data_missing`. */
export function dataFolder({ data = process.env.ENTAIL_DATA }: { readonly data?: string }): string {
  if (data) return data;
  throw new EngineError('data_missing', 'No data folder is given.', 'Set ENTAIL_DATA or use --data.');
}
