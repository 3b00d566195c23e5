import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/errors.ts';
import { createEngine } from '../../../engine/process/client.ts';
import { createDevices, type Prober } from '../../../engine/process/devices.ts';
import type { ProbeResult } from '../../../engine/runtime/deviceProbe.ts';

const fast: ProbeResult = { failure: null, deviceMs: 1, processorMs: 20, half: true };
const crash = () => Promise.reject(new EngineError('engine_died', 'The engine stopped unexpectedly.'));

/** Processes that answer as told; counts how many were started and closed. */
function processes(probe: Prober['probe'], backends = ['cpu', 'cuda', 'webgpu']) {
  const counts = { started: 0, closed: 0 };
  const start = (): Prober => {
    counts.started += 1;
    const close = async () => {
      counts.closed += 1;
    };
    return { backends: async () => backends, probe, close };
  };
  return { counts, start };
}

test('53: a driver that takes its process along is passed over, in a new process', async () => {
  const { start, counts } = processes((device) => (device === 'cuda' ? crash() : Promise.resolve(fast)));
  const { found, used } = await createDevices(start).describe();
  expect(found.map(({ device, usable }) => [device, usable])).toEqual([
    ['CPU', true],
    ['CUDA', false],
    ['WebGPU', true],
  ]);
  expect(found[1]!.why).toBe('CUDA cannot be used: its driver crashed when it was tried.');
  expect(used).toContain('WebGPU computes');
  expect(counts).toEqual({ started: 2, closed: 2 });
});

test('53: a driver that never answers is given up', async () => {
  const { start, counts } = processes((device) =>
    device === 'cuda' ? new Promise(() => undefined) : Promise.resolve(fast),
  );
  const devices = createDevices(start, 50);
  expect(await devices.choose('cuda', 'training')).toEqual({
    device: 'cpu',
    why: 'CUDA cannot be used: its driver did not answer when it was tried. The processor computes.',
  });
  expect(counts.started).toBe(counts.closed);
});

test('a device is tried once', async () => {
  let probes = 0;
  const { start } = processes(async () => {
    probes += 1;
    return fast;
  });
  const devices = createDevices(start);
  await devices.choose('cuda', 'training');
  await devices.choose('cuda', 'suggesting');
  expect(probes).toBe(1);
});

test('the processor is always found, and a real engine says what the runtime offers', async () => {
  const engine = createEngine();
  const report = await engine.devices.describe();
  expect(report.found[0]).toEqual({ device: 'CPU', usable: true, why: 'Always there.' });
  expect(report.found.length).toBeGreaterThan(1);
  expect(report.threads).toBeGreaterThan(0);
  expect(engine.pid).toBeUndefined(); // It was not this process that was put at risk.
  await engine.close();
}, 180_000);
