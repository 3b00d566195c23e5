import { Script } from 'node:vm';
import { EngineError } from '../errors.ts';

const CALL = new Script('globalThis.entailLimited()');

declare global {
  var entailLimited: (() => unknown) | undefined;
}

/**
 * Does `work`, which must not wait for anything, and throws `tokenizer_too_slow` when it takes longer than `ms`. V8
 * can be stopped inside a regular expression too. Costs about 0.2 ms. Not for nested use.
 */
export function withinTime<T>(ms: number, work: () => T): T {
  let result: { value: T } | undefined;
  globalThis.entailLimited = () => {
    result = { value: work() };
  };
  try {
    CALL.runInThisContext({ timeout: Math.ceil(ms) });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new EngineError(
      'tokenizer_too_slow',
      `The model's tokenizer did not finish within ${Math.ceil(ms)} ms: a pattern in tokenizer.json can run for ever.`,
      'Choose another model.',
    );
  } finally {
    globalThis.entailLimited = undefined;
  }
  return result!.value;
}

const isTimeout = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
