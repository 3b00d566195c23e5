import { parentPort } from 'node:worker_threads';
import { standingOf } from './standing.ts';
import type { StandingAnswer, StandingQuestion } from './standingWorker.ts';

/** The thread that measures what is learnt: one question after the other. */

parentPort?.on('message', ({ id, question }: { id: number; question: StandingQuestion }) => {
  let answer: StandingAnswer;
  try {
    answer = { id, standing: standingOf(question) };
  } catch (failure) {
    answer = { id, failure };
  }
  parentPort?.postMessage(answer);
});
