import { AsyncLocalStorage } from 'node:async_hooks';

/** What a call is at: getting a model ready, running it, or writing and checking an export. */
export type Phase = 'loading' | 'running' | 'exporting';

const reporters = new AsyncLocalStorage<(phase: Phase) => void>();

/** Does `work`; what it and everything it starts pass to `progressed` goes to `report`. */
export const reportingTo = <T>(report: (phase: Phase) => void, work: () => T): T =>
  reporters.run(report, work);

/**
 * Says that work goes on. Called before and after everything that may never return: native code blocks its thread, so
 * whoever watches from another process learns nothing in between.
 */
export const progressed = (phase: Phase): void => reporters.getStore()?.(phase);
