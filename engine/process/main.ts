import { createBirpc } from 'birpc';
import type { EngineCalls, EngineEvents } from './protocol.ts';
import { createEngineServer } from './server.ts';

/** Entry of the engine process: a child of its host that ends with it. */
const send = process.send?.bind(process);
if (!send) throw new Error('The engine is started by Entail, not by hand.');

// The host may be gone before a message is out; then there is nobody to tell.
const host = createBirpc<EngineEvents, EngineCalls>(
  createEngineServer({
    step: (call, event) => void host.step.asEvent(call, event),
    evaluation: (call, evaluation) => void host.evaluation.asEvent(call, evaluation),
    notice: (call, text) => void host.notice.asEvent(call, text),
  }),
  {
    post: (message) => void send(message, undefined, undefined, () => undefined),
    on: (receive) => void process.on('message', receive),
    timeout: -1,
  },
);
process.on('disconnect', () => process.exit());
