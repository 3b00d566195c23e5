import { forgetWithProject } from '../connect/opening.ts';
import type { Acceptance } from './decisions.ts';

/** What the person answered about labels without suggestions, so that it is asked once. Kept while the project is open. */
export const answers = createAnswers();

function createAnswers() {
  /** Labels that the person waits for. */
  const waited = new Set<string>();
  /** They decide without the model: on documents that it has not scored at all, what is not chosen is a no. */
  let withoutModel = false;
  const key = ({ open }: Acceptance) => open.join();
  forgetWithProject(() => {
    waited.clear();
    withoutModel = false;
  });
  return {
    waits: (found: Acceptance): boolean => waited.has(key(found)),
    closes: ({ scored }: Acceptance): boolean => !scored && withoutModel,
    keepWaiting(found: Acceptance): void {
      waited.add(key(found));
    },
    /** Of a document that the model has scored in part it is asked each time: each "none" is an answer of its own. */
    keepClosing({ scored }: Acceptance): void {
      if (!scored) withoutModel = true;
    },
  };
}
