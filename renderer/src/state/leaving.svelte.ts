import { codeOf, inWords } from '../api.ts';

interface Anyway {
  anyway?: boolean;
}

/** What is asked before a project is left in which something runs; null: nothing is. */
export const leaving = $state<{ question: string | null }>({ question: null });
let answer: (anyway: boolean) => void = () => undefined;

/** The person's answer. */
export function decideLeaving(anyway: boolean): void {
  leaving.question = null;
  answer(anyway);
}

/** Leaves the open project in some way, after asking where work of it would stop. null: they stay. */
export async function leaveProject<T>(way: (leave: Anyway) => Promise<T>): Promise<T | null> {
  try {
    return await way({});
  } catch (error) {
    if (codeOf(error) !== 'work_would_stop') throw error;
    const asked = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    leaving.question = inWords(error);
    return (await asked) ? await way({ anyway: true }) : null;
  }
}
