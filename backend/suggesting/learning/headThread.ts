import { parentPort } from 'node:worker_threads';
import { createHeadLearner, type HeadLearner } from '../../../engine/light.ts';
import type { Answer, Question } from './messages.ts';

/** The thread that learns from decisions, so that no key press waits for it: one question after the other. */

let learner: HeadLearner | undefined;

parentPort?.on('message', (question: Question) => {
  if (question.kind === 'tables') {
    learner = createHeadLearner(question.tables);
    return;
  }
  const { id } = question;
  try {
    if (!learner) throw new Error('There are no tables to learn from.');
    if (question.kind === 'learn') {
      const learnt = learner.learn(...question.given);
      send({ id, learnt }, [learnt.probabilities.buffer]);
    } else send({ id, crossFitted: learner.crossFit(...question.given) }, []);
  } catch (failure) {
    send({ id, failure }, []);
  }
});

function send(answer: Answer, moved: readonly ArrayBufferLike[]): void {
  parentPort?.postMessage(
    answer,
    moved.filter((buffer) => buffer instanceof ArrayBuffer),
  );
}
