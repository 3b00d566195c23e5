import type { ProbeResult } from './deviceProbe.ts';
import type { Device } from './session.ts';

export type Task = 'training' | 'suggesting';

/** A device of this machine, and whether it computes. `why` is a sentence. */
export interface FoundDevice {
  readonly device: Device;
  readonly usable: boolean;
  /** Faster than the processor: what is chosen by itself. */
  readonly worthwhile: boolean;
  readonly half: boolean;
  readonly why: string;
}

/** What will compute, and one or two sentences that say why. */
export interface DeviceChoice {
  readonly device: Device;
  readonly why: string;
}

const NAMES: Record<Device, string> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

export const titleOfDevice = (device: Device): string => NAMES[device];

/**
 * Devices in the order in which they are tried. CoreML compiles a graph anew for every shape of batch and runs only
 * parts of a training graph: for suggesting, after WebGPU.
 */
const ORDER: Record<Task, readonly Device[]> = {
  training: ['cuda', 'dml', 'webgpu'],
  suggesting: ['cuda', 'dml', 'webgpu', 'coreml'],
};

const KNOWN: readonly Device[] = ['cpu', 'cuda', 'dml', 'webgpu', 'coreml'];

/** The devices behind the runtime's provider names; others (tensorrt, xnnpack) are not used. */
export const knownDevices = (backends: readonly string[]): Device[] =>
  KNOWN.filter((device) => device === 'cpu' || backends.includes(device));

/** What a probe means for people. */
export function findingOf(device: Device, probe: ProbeResult): FoundDevice {
  const { failure, deviceMs, processorMs, half } = probe;
  if (device === 'cpu') return { ...PROCESSOR, usable: failure === null };
  if (failure !== null) {
    return { device, usable: false, worthwhile: false, half: false, why: unusable(device, failure) };
  }
  const ratio = processorMs / deviceMs;
  const worthwhile = ratio > 1.2;
  const speed =
    ratio >= 1 ? `${ratio.toFixed(1)} times as fast as` : `${(1 / ratio).toFixed(1)} times slower than`;
  const guess = ratio < 0.5 ? ', as software without a graphics card is' : '';
  return {
    device,
    usable: true,
    worthwhile,
    half,
    why: `It works and is ${speed} the processor${guess}.`,
  };
}

export const PROCESSOR: FoundDevice = {
  device: 'cpu',
  usable: true,
  worthwhile: true,
  half: false,
  why: 'Always there.',
};

/** Failures that have a plain meaning; others are quoted. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/adapter|vulkan/i, 'no graphics card with a working driver was found'],
  [
    /shared library|providers_cuda|cudart|cublas|cudnn|cannot open shared object|LoadLibrary/i,
    'its libraries are not installed',
  ],
  [/no CUDA-capable device|CUDA_ERROR_NO_DEVICE/i, 'no graphics card for it was found'],
  [
    /not (supported|available|enabled)|backend not found/i,
    'this build of ONNX Runtime has no support for it',
  ],
];

const unusable = (device: Device, failure: string) => {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(failure))?.[1] ?? failure.replace(/\.$/, '');
  return `${titleOfDevice(device)} cannot be used: ${meaning}.`;
};

/** What shows that a Linux machine has a graphics card: kernel drivers' device files, or a driver named by hand. */
const CARD_FILES = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg', '/dev/kfd'];

/** Whether a look suffices to know that there is no graphics card; then nothing needs to be started to find out. */
export function surelyWithoutCard(
  platform: NodeJS.Platform,
  { exists, env }: { exists: (path: string) => boolean; env: NodeJS.ProcessEnv },
): boolean {
  if (platform !== 'linux' || env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES) return false;
  return !CARD_FILES.some(exists);
}

/**
 * Chooses by what the runtime offers and what probing finds: for 'auto' the first device that is faster than the
 * processor, else the device asked for if it works at all; the processor where nothing does.
 */
export async function chooseAmong(
  wanted: Device | 'auto',
  task: Task,
  { backends, probe }: { backends: readonly string[]; probe: (device: Device) => Promise<FoundDevice> },
): Promise<DeviceChoice> {
  const cpu = (why: string): DeviceChoice => ({ device: 'cpu', why });
  if (wanted === 'cpu') return cpu('The processor computes, as asked.');
  const offered = knownDevices(backends);
  const order = ORDER[task].filter((device) => offered.includes(device));
  if (wanted !== 'auto') {
    if (!ORDER[task].includes(wanted)) {
      return cpu(`${titleOfDevice(wanted)} is for suggesting only; the processor trains.`);
    }
    if (!order.includes(wanted)) {
      return cpu(`ONNX Runtime has no ${titleOfDevice(wanted)} on this system; the processor computes.`);
    }
    const found = await probe(wanted);
    if (found.usable)
      return { device: wanted, why: `${titleOfDevice(wanted)} computes, as asked. ${found.why}` };
    return cpu(`${found.why} The processor computes.`);
  }
  const reasons: string[] = [];
  for (const device of order) {
    const found = await probe(device);
    if (found.worthwhile) return { device, why: `${titleOfDevice(device)} computes. ${found.why}` };
    reasons.push(found.usable ? `${titleOfDevice(device)}: ${found.why}` : found.why);
  }
  return cpu(['The processor computes.', ...reasons].join(' '));
}
