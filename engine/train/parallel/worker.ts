import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../../errors.ts';
import { adamWUpdate, type Segment } from '../../optim/adamw.ts';
import { sumGradients } from '../../optim/sum.ts';
import { createStepper, type Stepper } from '../step.ts';
import type { Answer, Request, Setup } from './messages.ts';

/** One of the threads that training runs on: a session of its own, and a share of the optimizer's work. */

const setup = workerData as Setup;
const state = {
  values: new Float32Array(setup.values),
  first: new Float32Array(setup.first),
  second: new Float32Array(setup.second),
};
const gradients = setup.gradients.map((buffer) => new Float32Array(buffer));
const own = gradients[setup.worker]!;
const segments = segmentsWithin(setup.range);
let stepper: Stepper | undefined;

/** The parameters' parts that lie in the range. */
function segmentsWithin([from, to]: readonly [number, number]): Segment[] {
  return setup.places.flatMap(({ start, length, decays }) => {
    const segment = { start: Math.max(start, from), end: Math.min(start + length, to), decays };
    return segment.start < segment.end ? [segment] : [];
  });
}

async function opened(): Promise<Stepper> {
  const parameters = setup.places.map(({ name, dims, start, length, decays }) => {
    const part = (flat: Float32Array) => flat.subarray(start, start + length);
    return { name, dims, decays, values: part(state.values), gradient: part(own) };
  });
  const training = {
    // A copy: ONNX Runtime takes no shared memory for a model.
    model: new Uint8Array(setup.model).slice(),
    loss: setup.loss,
    logits: setup.logits,
    gradients: new Map(setup.places.map(({ name }, i) => [name, setup.gradientNames[i]!])),
  };
  return createStepper(training, parameters, {
    threads: setup.threads,
    into: parameters.map(({ gradient }) => gradient),
  });
}

async function answer(request: Request): Promise<number> {
  if (request.kind === 'gradients') return sumOfBatches(request.batches);
  if (request.kind === 'sum') {
    return sumGradients(
      request.of.map((worker) => gradients[worker]!),
      ...setup.range,
    );
  }
  if (request.kind === 'update') {
    for (const segment of segments)
      adamWUpdate(state, gradients[request.from]!, segment, request, setup.adamW);
    return 0;
  }
  await stepper?.release();
  return 0;
}

type Batches = Extract<Request, { kind: 'gradients' }>['batches'];

/** The last batch is left in the worker's gradients by the session itself; those before it are put aside and added. */
async function sumOfBatches(batches: Batches): Promise<number> {
  stepper ??= await opened();
  let loss = 0;
  let aside: Float32Array | undefined;
  for (const [done, { tokens, targets }] of batches.entries()) {
    if (aside) for (let i = 0; i < own.length; i++) aside[i]! += own[i]!;
    else if (done > 0) aside = own.slice();
    loss += (await stepper.run(tokens, targets)).loss;
  }
  if (aside) for (let i = 0; i < own.length; i++) own[i]! += aside[i]!;
  return loss;
}

function failure(cause: unknown): Answer {
  if (cause instanceof EngineError)
    return { error: { code: cause.code, message: cause.message, hint: cause.hint } };
  const message = cause instanceof Error ? cause.message : String(cause);
  return { error: { code: 'run_failed', message, hint: undefined } };
}

parentPort!.on('message', (request: Request) => {
  answer(request)
    .then((value): Answer => ({ value }), failure)
    .then((message) => parentPort!.postMessage(message));
});
