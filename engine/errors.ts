/**
 * An expected failure of the engine, in words for the person at the keyboard.
 *
 * `code` is stable, `message` is one sentence that names the file, tensor or operator, `hint` says what to do.
 */
export class EngineError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EngineError';
    this.code = code;
    this.hint = hint;
  }
}

/** A programming error: the condition must hold whatever the input was. */
export function invariant(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${text}`);
}
