import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../../errors.ts';
import { batchFeeds } from '../../runtime/feeds.ts';
import { createSession, floatsOf, type Session } from '../../runtime/session.ts';
import type { Answer, Request, Setup } from './messages.ts';

/** One of the threads that suggestions are computed on: a session of its own, one batch after the other. */

const setup = workerData as Setup;
let opened: Promise<Session> | undefined;

/** ONNX Runtime takes no shared memory for a model: a copy. */
const open = () =>
  createSession(new Uint8Array(setup.model).slice(), { threads: setup.threads, memoryPattern: false });

async function answer(request: Request): Promise<Float32Array> {
  if (request.kind === 'release') {
    await (await opened)?.release();
    return new Float32Array(0);
  }
  opened ??= open();
  const session = await opened;
  const outputs = await session.run(batchFeeds(request.batch, session.inputNames), [setup.logits]);
  return floatsOf(outputs[setup.logits]);
}

function failure(cause: unknown): Answer {
  if (cause instanceof EngineError)
    return { error: { code: cause.code, message: cause.message, hint: cause.hint } };
  const message = cause instanceof Error ? cause.message : String(cause);
  return { error: { code: 'run_failed', message, hint: undefined } };
}

let last: Promise<unknown> = Promise.resolve();
parentPort!.on('message', (request: Request) => {
  last = last
    .then(() => answer(request))
    .then((logits): Answer => ({ logits }), failure)
    .then((message) => parentPort!.postMessage(message));
});
