import { parentPort } from 'node:worker_threads';
import { createHeadLearner, type HeadLearner } from '../../../engine/light.ts';
import type { Answer, Question } from './messages.ts';

/** A thread that learns from decisions, so that no key press waits for it: one question after the other. */

let learner: HeadLearner | undefined;

parentPort?.on('message', (question: Question) => {
  if (question.kind === 'tables') {
    learner = createHeadLearner(question.tables);
    return;
  }
  parentPort?.postMessage(answerTo(question) satisfies Answer);
});

function answerTo(question: Exclude<Question, { readonly kind: 'tables' }>): Answer {
  const { id } = question;
  try {
    if (!learner) throw new Error('There are no tables to learn from.');
    if (question.kind === 'learn') return { id, learnt: learner.learn(...question.given) };
    return { id, crossFitted: learner.crossFit(...question.given) };
  } catch (failure) {
    return { id, failure };
  }
}
