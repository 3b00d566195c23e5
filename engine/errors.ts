import { oneLine } from '../process/oneLine.ts';

/** What to do where the way to it differs from host to host: the command line and the page each have words for it. */
export type EngineRemedy = {
  readonly code: 'see_log' | 'export_to_onnx' | 'name_classes' | 'give_hub_token';
};

/** An error as it crosses from one process or thread to another. */
export type ErrorData = Pick<EngineError, 'code' | 'message' | 'hint'>;

/**
 * An expected failure of the engine, in words for the person at the keyboard.
 *
 * `code` is stable, `message` is one sentence that names the file, tensor or operator, `hint` says what to do: in words
 * that hold in every host, or by a code that the host words.
 */
export class EngineError extends Error {
  readonly code: string;
  readonly hint: string | EngineRemedy | undefined;

  constructor(code: string, message: string, hint?: string | EngineRemedy, cause?: unknown) {
    super(oneLine(message), cause === undefined ? undefined : { cause });
    this.name = 'EngineError';
    this.code = code;
    this.hint = typeof hint === 'string' ? oneLine(hint) : hint;
  }
}

/** A programming error: the condition must hold whatever the input was. */
export function invariant(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${text}`);
}

/** What ends when a person, or the program, no longer wants it. */
export const cancelled = () => new EngineError('cancelled', 'Stopped on request.');
