import { EngineError } from '../errors.ts';

/** How drivers and ONNX Runtime say that memory ran out: CUDA, cuBLAS, cuDNN, Direct3D, Vulkan and Dawn, the CPU. */
const OUT_OF_MEMORY =
  /out[ _-]?of[ _-]?(device[ _-]|host[ _-])?memory|\boom\b|bad[ _]alloc|failed to allocate|not enough memory|cudaErrorMemoryAllocation|_ALLOC_FAILED|8007000E|887A0005.*memory|buffer size .* (exceeds|larger)/i;

/** ONNX Runtime's words without where in its own source they come from: a file, a line, and the function's signature. */
export const withoutPlaces = (message: string): string =>
  message.replace(/\/\S+\.(?:cc|cpp|h):\d+ [^()]*(?:\((?:[^()]|\([^()]*\))*\))?(?: const)? ?/g, '');

/** Whether a driver or ONNX Runtime says that memory ran out. */
export const saysOutOfMemory = (text: string): boolean => OUT_OF_MEMORY.test(text);

/** Whether a run failed because its batch was too large for the device's memory. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'run_failed' && saysOutOfMemory(error.message);

/** Whether a device failed, rather than the request: loading the graph or running it. */
export const isDeviceFailure = (error: unknown): boolean =>
  error instanceof EngineError && (error.code === 'run_failed' || error.code === 'model_refused');

/** The driver's reason, for a sentence that goes on: without the words that Entail puts before it. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^ONNX Runtime (stopped|cannot load the model): /, '')
    .replace(/^\/\S+\s.*?(?=[A-Z][a-z])/, '')
    .slice(0, 160);
