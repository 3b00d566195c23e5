import { availableParallelism } from 'node:os';
import { machineMemory } from '../../../process/machineMemory.ts';
import { EngineError } from '../../errors.ts';
import type { BatchSize } from '../../graph/extrapolate.ts';
import type { Device } from '../../runtime/session.ts';
import { mostWorkers, tokensPerSlice } from '../parallel/size.ts';
import { batchBytes, batchBytesAtMost, fixedBytes, type Measured } from './need.ts';

/** How a batch is cut so that it stays within a budget; its gradients are those of the whole batch. */
export interface MemoryPlan {
  readonly workers: number;
  /** The most rows of so many tokens that are computed at a time. */
  rowsOf(length: number): number;
}

/**
 * Half of the memory that is free now, but no less than a quarter of the machine's: systems that keep files in
 * memory call little of it free.
 */
function defaultBudget(): number {
  return Math.max(process.availableMemory() / 2, machineMemory() / 4);
}

interface Limits {
  readonly budget: number;
  readonly workers: number;
  /** Tokens of the longest pair. */
  readonly longest: number;
  readonly fixed: (workers: number) => number;
  readonly batch: (size: BatchSize) => number;
}

/** As many threads as leave each room for a pair of the longest; undefined where not even one does. */
export function planWithin({ budget, workers, longest, fixed, batch }: Limits): MemoryPlan | undefined {
  const room = (count: number) => (budget - fixed(count)) / count;
  const lone = batch({ batch: 1, sequence: longest });
  let count = workers;
  while (count > 0 && lone > room(count)) count -= 1;
  if (count === 0) return undefined;
  const known = new Map<number, number>();
  return {
    workers: count,
    rowsOf(length) {
      const sequence = Math.min(longest, Math.ceil(length / GRAIN) * GRAIN);
      const rows = known.get(sequence) ?? rowsWithin(room(count), sequence, batch);
      known.set(sequence, rows);
      return rows;
    },
  };
}

/** Lengths are rounded up to a multiple of this, so that few of them are computed. */
const GRAIN = 16;
const MANY_ROWS = 1024;

/** The need as a function of rows is a maximum of straight lines, so it lies nowhere above the chord taken here. */
function rowsWithin(room: number, sequence: number, batch: (size: BatchSize) => number): number {
  const one = batch({ batch: 1, sequence });
  const perRow = (batch({ batch: MANY_ROWS, sequence }) - one) / (MANY_ROWS - 1);
  return Math.max(1, Math.min(MANY_ROWS, 1 + Math.floor((room - one) / perRow)));
}

/**
 * How to cut batches on this device. undefined: as they are. A budget of `memoryMb` (in 10^6 bytes, of the whole
 * process, or of the device's memory) is kept to, else throws `memory_too_small`; without one, training on the
 * processor keeps to `defaultBudget` as far as it can.
 */
export async function memoryPlan(
  measured: Measured,
  {
    memoryMb,
    lengths,
    device,
    onNotice,
    budget = memoryMb === undefined ? defaultBudget() : memoryMb * 1e6,
  }: {
    memoryMb: number | undefined;
    lengths: readonly number[];
    device: Device;
    onNotice?: ((text: string) => void) | undefined;
    budget?: number;
  },
): Promise<MemoryPlan | undefined> {
  if (device !== 'cpu' && memoryMb === undefined) return undefined;
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  const workers = device === 'cpu' ? mostWorkers(availableParallelism()) : 1;
  const fixed = (count: number) => fixedBytes(measured, { workers: count, device });
  const usual = { batch: Math.ceil(tokensPerSlice(measured.parameters) / longest), sequence: longest };
  if (memoryMb === undefined && fixed(workers) + workers * batchBytesAtMost(measured, usual) <= budget) {
    return undefined;
  }
  const batch = await batchBytes(measured);
  const plan = planWithin({ budget, workers, longest, fixed, batch });
  if (plan) {
    const rows = plan.rowsOf(longest);
    if (plan.workers < workers || rows < usual.batch) onNotice?.(saying(plan.workers, rows, longest, budget));
    return plan;
  }
  const needed = fixed(1) + batch({ batch: 1, sequence: longest });
  const text = `Training this model on pairs of ${longest} tokens takes about ${megabytes(needed)} of memory`;
  if (memoryMb !== undefined) {
    throw new EngineError(
      'memory_too_small',
      `${text}, but the budget is ${megabytes(budget)}.`,
      'Allow more memory, cut pairs shorter, or choose a smaller model.',
    );
  }
  onNotice?.(`${text}, more than is free on this machine: it may become slow.`);
  return { workers: 1, rowsOf: () => 1 };
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;

const saying = (workers: number, rows: number, longest: number, budget: number) =>
  `To stay within ${megabytes(budget)} of memory, ${workers === 1 ? 'one thread computes' : `${workers} threads compute`} at most ${rows} ${rows === 1 ? 'pair' : 'pairs'} of ${longest} tokens at a time, with the same result.`;
