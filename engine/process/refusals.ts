import { EngineError } from '../errors.ts';
import { modelStamp } from '../model/folder.ts';

/** Models that did not answer, by their folder. They are not tried again as long as this object lives. */
export interface Refusals {
  /** It did something to the end. */
  answered(dir: string): void;
  /** It did not answer. One that never did is refused from now on, another after the second time. */
  hung(dir: string, error: EngineError): void;
  has(dir: string): boolean;
  /** Throws what its last call was ended with, unless the model's file is another one by now. */
  check(dir: string): Promise<void>;
}

export function createRefusals(): Refusals {
  const refused = new Map<string, { error: EngineError; stamp: Promise<string> }>();
  /** How often a model may still hang. A machine that is busy for minutes takes a good one down too. */
  const chances = new Map<string, number>();
  const stampOf = (dir: string) => modelStamp(dir).catch(() => '');
  return {
    answered(dir) {
      if (!chances.has(dir)) chances.set(dir, 1);
    },
    hung(dir, error) {
      const left = chances.get(dir) ?? 0;
      if (left > 0) chances.set(dir, left - 1);
      else refused.set(dir, { error, stamp: stampOf(dir) });
    },
    has: (dir) => refused.has(dir),
    async check(dir) {
      const found = refused.get(dir);
      if (!found) return;
      if ((await stampOf(dir)) !== (await found.stamp)) {
        refused.delete(dir);
        return;
      }
      const { code, message, hint } = found.error;
      throw new EngineError(code, message, hint);
    },
  };
}

/** The sentence of a call that was ended. `model` undefined: it had none. */
export function didNotAnswer(model: string | undefined, idleMs: number): EngineError {
  const seconds = idleMs < 10_000 ? (idleMs / 1000).toFixed(1) : Math.round(idleMs / 1000);
  const who = model === undefined ? 'The engine' : `The model "${model}"`;
  return new EngineError(
    'model_stopped',
    `${who} did not answer for ${seconds} s and was stopped.`,
    model === undefined
      ? 'It starts again by itself.'
      : 'Everything else goes on. If it happens again, choose another model: this one is then not tried until Entail is started again.',
  );
}
