import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { EngineError } from '../errors.ts';
import type { ProbeResult } from '../runtime/deviceProbe.ts';
import {
  chooseAmong,
  type DeviceChoice,
  type FoundDevice,
  findingOf,
  knownDevices,
  PROCESSOR,
  surelyWithoutCard,
  type Task,
  titleOfDevice,
} from '../runtime/devices.ts';
import type { Device } from '../runtime/session.ts';

/** What this machine computes with, for people. */
export interface DeviceReport {
  /** What computes when nothing is asked for, and why. */
  readonly used: string;
  readonly found: readonly { readonly device: string; readonly usable: boolean; readonly why: string }[];
  readonly processor: string;
  readonly threads: number;
}

/** Looks for devices. Each is tried once, in a process of its own, for a driver may crash or hang it. */
export interface Devices {
  choose(wanted: Device | 'auto', task: Task): Promise<DeviceChoice>;
  describe(): Promise<DeviceReport>;
}

/** A process that can be asked and thrown away. */
export interface Prober {
  backends(): Promise<string[]>;
  probe(device: Device): Promise<ProbeResult>;
  close(): Promise<void>;
}

/** Compiling for a graphics card that was never used before takes seconds. */
const TIMEOUT_MS = 30_000;

/**
 * start: makes a process for trying devices; one is used until a driver takes it down. Findings are kept as long as
 * the returned object.
 */
export function createDevices(start: () => Prober, timeoutMs = TIMEOUT_MS): Devices {
  const findings = new Map<Device, FoundDevice>();
  let offered: string[] | undefined;

  /** Work with a process for trying devices, which ends with it. */
  async function withProbes<T>(work: (offers: string[], probe: Probe) => Promise<T>): Promise<T> {
    let prober: Prober | undefined;
    const ask = async <A>(question: (prober: Prober) => Promise<A>): Promise<A | 'timeout' | 'crash'> => {
      prober ??= start();
      const answer = await withTimeout(question(prober), timeoutMs);
      if (answer !== 'timeout' && answer !== 'crash') return answer;
      await prober.close();
      prober = undefined;
      return answer;
    };
    const probe = async (device: Device): Promise<FoundDevice> => {
      if (device === 'cpu') return PROCESSOR;
      const known = findings.get(device) ?? foundOf(device, await ask((p) => p.probe(device)));
      findings.set(device, known);
      return known;
    };
    try {
      if (!offered) {
        const answer = await ask((p) => p.backends());
        offered = typeof answer === 'string' ? ['cpu'] : answer;
      }
      return await work(offered, probe);
    } finally {
      await prober?.close();
    }
  }

  return {
    async choose(wanted, task) {
      if (
        wanted === 'auto' &&
        surelyWithoutCard(process.platform, { exists: existsSync, env: process.env })
      ) {
        return { device: 'cpu', why: 'The processor computes: this machine has no graphics card.' };
      }
      if (wanted === 'cpu') return { device: 'cpu', why: 'The processor computes, as asked.' };
      return withProbes((backends, probe) => chooseAmong(wanted, task, { backends, probe }));
    },
    describe: () =>
      withProbes(async (backends, probe) => {
        const found: FoundDevice[] = [];
        for (const device of knownDevices(backends)) found.push(await probe(device));
        const { why } = await chooseAmong('auto', 'suggesting', { backends, probe });
        return {
          used: why,
          found: found.map(({ device, usable, why: reason }) => ({
            device: titleOfDevice(device),
            usable,
            why: reason,
          })),
          processor: cpus()[0]?.model.trim() ?? 'unknown',
          threads: availableParallelism(),
        };
      }),
  };
}

type Probe = (device: Device) => Promise<FoundDevice>;

function foundOf(device: Device, answer: ProbeResult | 'timeout' | 'crash'): FoundDevice {
  if (typeof answer !== 'string') return findingOf(device, answer);
  const did = answer === 'timeout' ? 'did not answer' : 'crashed';
  const why = `${titleOfDevice(device)} cannot be used: its driver ${did} when it was tried.`;
  return { device, usable: false, worthwhile: false, half: false, why };
}

/** An answer, or what became of the process instead. */
async function withTimeout<T>(answer: Promise<T>, timeoutMs: number): Promise<T | 'timeout' | 'crash'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), timeoutMs);
  });
  const crash = (error: unknown): 'crash' => {
    if (error instanceof EngineError) return 'crash';
    throw error;
  };
  try {
    return await Promise.race([answer.catch(crash), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
