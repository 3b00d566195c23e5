import { parentPort } from 'node:worker_threads';
import { choose } from '../../engine/light.ts';
import type { ChoiceAnswer, ChoiceQuestion } from './choiceWorker.ts';

/** The thread that chooses what to label next, so that no key press waits for it: one question after the other. */

parentPort?.on('message', ({ id, request }: ChoiceQuestion) => {
  let answer: ChoiceAnswer;
  try {
    answer = { id, picks: choose(request) };
  } catch (failure) {
    answer = { id, failure };
  }
  parentPort?.postMessage(answer);
});
