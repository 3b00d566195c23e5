/** The factor of the loss that keeps small gradients above the least float16 number. */
export interface LossScale {
  readonly scale: number;
  /** Notes whether a step's gradients were finite; true: the scale went down, and the same step is worth another try. */
  note(finite: boolean): boolean;
}

/**
 * Dynamic loss scaling (Micikevicius et al. 2018, section 3.2): half after gradients that overflowed, double after
 * `growAfter` good steps. Powers of two change no digit of a float32 gradient.
 */
export function createLossScale({ initial = 2 ** 12, largest = 2 ** 16, growAfter = 200 } = {}): LossScale {
  let scale = initial;
  let good = 0;
  return {
    get scale() {
      return scale;
    },
    note(finite) {
      if (!finite) {
        good = 0;
        if (scale <= 1) return false;
        scale /= 2;
        return true;
      }
      good += 1;
      if (good >= growAfter && scale < largest) {
        scale *= 2;
        good = 0;
      }
      return false;
    },
  };
}
