import { constants, setPriority } from 'node:os';
import { createBirpc } from 'birpc';
import { endWhenGreedy } from '../../process/greed.ts';
import { beginProcess, endProcess } from '../../process/last.ts';
import { endWithParent } from '../../process/orphan.ts';
import { hostChannel } from './hostChannel.ts';
import type { EngineCalls, EngineEvents } from './protocol.ts';
import { createEngineServer } from './server.ts';

// Nothing of value is in here: its host starts another, and running calls reject.
beginProcess('engine', endProcess);
// Computing fills every core for minutes: what people see and type goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

endWithParent();
endWhenGreedy();

/** Entry of the engine process: a child of its host that ends with it. */
const { post, onMessage } = hostChannel();

// The host may be gone before a message is out; then there is nobody to tell.
const host = createBirpc<EngineEvents, EngineCalls>(
  createEngineServer({
    step: (call, event) => void host.step.asEvent(call, event),
    evaluation: (call, evaluation) => void host.evaluation.asEvent(call, evaluation),
    tuned: (call, step, steps) => void host.tuned.asEvent(call, step, steps),
    notice: (call, text) => void host.notice.asEvent(call, text),
    progress: (call, phase) => void host.progress.asEvent(call, phase),
  }),
  { post, on: onMessage, timeout: -1 },
);
