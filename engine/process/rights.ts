import { homeFolder } from '../../process/home.ts';

/** What an engine process is for: computing, or writing a model to a folder that a person chose. */
export type Purpose = 'compute' | 'export';

/**
 * The flags of Node for an engine process: no code from strings, and for computing no process of its own, and no file
 * written outside Entail's home. This binds our code and the libraries' JavaScript; native code (ONNX Runtime) is bound
 * by the system alone: `docs/decisions/012-rights.md`. Models lie anywhere, so reading is not bound.
 */
export function rightsOf(purpose: Purpose, home = homeFolder()): string[] {
  const always = ['--disable-proto=delete', '--disallow-code-generation-from-strings'];
  // What checks an exported folder is another process, and the folder may be anywhere.
  if (purpose === 'export') return always;
  return [
    ...always,
    '--permission',
    '--allow-fs-read=*',
    ...(home === null ? [] : [`--allow-fs-write=${home}`]),
    '--allow-addons',
    '--allow-worker',
    // That addons are allowed is known; nobody reads its warnings.
    '--no-warnings',
  ];
}
