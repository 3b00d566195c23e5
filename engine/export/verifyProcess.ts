import { parentPort } from 'node:worker_threads';
import { beginProcess, endProcess } from '../../process/last.ts';
import { endWithParent } from '../../process/orphan.ts';
import type { Verdict } from './freshProcess.ts';
import { verifyExport } from './verify.ts';

/** Entry of the process (or thread, see freshProcess.ts) that checks an exported folder. */
beginProcess('verify', endProcess);
// Inside native code that never returns it would not hear that the engine, which waits for it, was ended.
if (!parentPort) endWithParent();
const answer = (verdict: Verdict) =>
  parentPort ? parentPort.postMessage(verdict) : process.send?.(verdict, () => process.exit());
try {
  await verifyExport(process.argv[2] ?? '');
  answer({ ok: true });
} catch (error) {
  answer({ ok: false, message: error instanceof Error ? error.message : String(error) });
}
