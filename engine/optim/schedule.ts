/** Learning-rate factor of a step (from 0): linear warm-up from 0 to 1, then linear decay to 0 at `total`. */
export function linearSchedule(step: number, plan: { warmup: number; total: number }): number {
  if (step < plan.warmup) return (step + 1) / (plan.warmup + 1);
  return Math.max(0, (plan.total - step) / Math.max(1, plan.total - plan.warmup));
}
