import { existsSync } from 'node:fs';

/** Where Debian's chromium keeps its Vulkan loader and SwiftShader, a Vulkan driver that computes on the processor. */
const CHROMIUM = '/usr/lib/chromium';
const DRIVER = `${CHROMIUM}/vk_swiftshader_icd.json`;

/**
 * The environment in which ONNX Runtime finds a WebGPU device: the machine's own where a driver is named already, else
 * SwiftShader. A sentence when there is neither.
 */
export function webGpuEnvironment(): NodeJS.ProcessEnv | string {
  if (process.env.VK_ICD_FILENAMES || process.platform !== 'linux') return process.env;
  if (!existsSync(DRIVER)) {
    return `There is no software WebGPU device here: ${DRIVER} is missing. Install Debian's package "chromium", or name a Vulkan driver in VK_ICD_FILENAMES.`;
  }
  const libraries = [process.env.LD_LIBRARY_PATH, CHROMIUM].filter(Boolean).join(':');
  return { XDG_RUNTIME_DIR: '/tmp', ...process.env, VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: libraries };
}
