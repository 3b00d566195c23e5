import { expect, test } from 'vitest';
import type { ProbeResult } from '../../../engine/runtime/deviceProbe.ts';
import { chooseAmong, findingOf, knownDevices, surelyWithoutCard } from '../../../engine/runtime/devices.ts';
import type { Device } from '../../../engine/runtime/session.ts';

/** What onnxruntime-node lists, per system. */
const WINDOWS = ['cpu', 'dml', 'webgpu'];
const LINUX_CUDA = ['cpu', 'webgpu', 'cuda', 'tensorrt'];
const MACOS = ['cpu', 'coreml', 'webgpu'];

const fast: ProbeResult = { failure: null, deviceMs: 2, processorMs: 30, half: true };
const software: ProbeResult = { failure: null, deviceMs: 900, processorMs: 3, half: false };
const failing = (failure: string): ProbeResult => ({
  failure,
  deviceMs: Number.POSITIVE_INFINITY,
  processorMs: 0,
  half: false,
});

/** Answers like a machine with these devices, and notes which were tried. */
function machine(backends: readonly string[], probes: Partial<Record<Device, ProbeResult>>) {
  const tried: Device[] = [];
  const probe = async (device: Device) => {
    tried.push(device);
    return findingOf(device, probes[device] ?? failing('not there'));
  };
  return { tried, system: { backends, probe } };
}

const anything = { cuda: fast, dml: fast, webgpu: fast, coreml: fast };

test.each([
  ['Windows', WINDOWS, 'training', 'dml'],
  ['Windows', WINDOWS, 'suggesting', 'dml'],
  ['Linux with CUDA', LINUX_CUDA, 'training', 'cuda'],
  ['Linux with CUDA', LINUX_CUDA, 'suggesting', 'cuda'],
  ['macOS', MACOS, 'training', 'webgpu'],
  ['macOS', MACOS, 'suggesting', 'webgpu'],
] as const)('on %s with a working card, of %j, %s is done on %s', async (_, backends, task, expected) => {
  const { system } = machine(backends, anything);
  expect((await chooseAmong('auto', task, system)).device).toBe(expected);
});

test('without CUDA libraries the card is used through WebGPU, and nothing else is tried after it', async () => {
  const missing = failing('libonnxruntime_providers_cuda.so: cannot open shared object file');
  const { system, tried } = machine(LINUX_CUDA, { cuda: missing, webgpu: fast });
  expect(await chooseAmong('auto', 'training', system)).toEqual({
    device: 'webgpu',
    why: 'WebGPU computes. It works and is 15.0 times as fast as the processor.',
  });
  expect(tried).toEqual(['cuda', 'webgpu']);
});

test('CoreML suggests where WebGPU does not work, and never trains', async () => {
  const { system } = machine(MACOS, { coreml: fast });
  expect((await chooseAmong('auto', 'suggesting', system)).device).toBe('coreml');
  expect(await chooseAmong('auto', 'training', system)).toEqual({
    device: 'cpu',
    why: 'The processor computes. WebGPU cannot be used: not there.',
  });
  expect(await chooseAmong('coreml', 'training', system)).toEqual({
    device: 'cpu',
    why: 'CoreML is for suggesting only; the processor trains.',
  });
});

test('a software adapter is never chosen by itself, and is used when asked for', async () => {
  const { system } = machine(['cpu', 'webgpu'], { webgpu: software });
  const chosen = await chooseAmong('auto', 'training', system);
  expect(chosen.device).toBe('cpu');
  expect(chosen.why).toContain('300.0 times slower than the processor, as software');
  expect((await chooseAmong('webgpu', 'training', system)).device).toBe('webgpu');
});

test.each([
  [
    'Failed to get a WebGPU adapter: No supported adapters',
    'no graphics card with a working driver was found',
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'its libraries are not installed',
  ],
  ['CUDA failure 100: no CUDA-capable device is detected', 'no graphics card for it was found'],
  ['it computes wrong numbers', 'it computes wrong numbers'],
])('a device that fails with "%s" says "%s"', async (failure, meaning) => {
  const { system } = machine(LINUX_CUDA, { cuda: failing(failure) });
  expect(await chooseAmong('cuda', 'training', system)).toEqual({
    device: 'cpu',
    why: `CUDA cannot be used: ${meaning}. The processor computes.`,
  });
});

test('a device that this system does not have is named', async () => {
  const { system, tried } = machine(WINDOWS, anything);
  const { device, why } = await chooseAmong('cuda', 'training', system);
  expect({ device, tried }).toEqual({ device: 'cpu', tried: [] });
  expect(why).toContain('no CUDA on this system');
});

test('providers that are not used are left out', () => {
  expect(knownDevices(['xnnpack', 'tensorrt', 'webgpu', 'cpu'])).toEqual(['cpu', 'webgpu']);
});

test.each([
  ['linux', [], {}, true],
  ['linux', ['/dev/dri'], {}, false],
  ['linux', [], { VK_ICD_FILENAMES: '/driver.json' }, false],
  ['win32', [], {}, false],
  ['darwin', [], {}, false],
] as const)('on %s with %j and %j nothing needs to be tried: %s', (platform, files, env, expected) => {
  const exists = (path: string) => (files as readonly string[]).includes(path);
  expect(surelyWithoutCard(platform, { exists, env })).toBe(expected);
});
