/**
 * Learning-rate factor of a step (from 0): linear warm-up, constant, then linear decay to 0 over the last
 * `decayShare` of the steps (warm-up, stable, decay: Hu et al. 2024). Before the decay it does not depend on `steps`,
 * so a run can be made longer or shorter while it goes on.
 */
export function trapezoidSchedule(
  step: number,
  { warmup, steps, decayShare }: { warmup: number; steps: number; decayShare: number },
): number {
  const rise = step < warmup ? (step + 1) / (warmup + 1) : 1;
  const decaySteps = Math.max(1, Math.round(steps * decayShare));
  return Math.min(rise, Math.max(0, (steps - step) / decaySteps), 1);
}
