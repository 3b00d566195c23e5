import { api } from '../api.ts';
import type { Word } from './text.ts';

const PAUSE_MS = 150;
const MOST = 200;

/** The words behind a suggestion, asked for when a label has been looked at for a moment. */
export function createExplaining() {
  const known = new Map<string, readonly Word[]>();
  let words = $state.raw<readonly Word[]>([]);
  let asked = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  async function ask(id: number, labelId: number, key: string): Promise<void> {
    asking = new AbortController();
    // Without an answer the passage is still shown: words are a help, not a result.
    const { signal } = asking;
    const answer = await api.annotations.explain({ id, labelId }, { signal }).catch(() => undefined);
    if (answer === undefined || signal.aborted) return;
    if (known.size >= MOST) known.clear();
    known.set(key, answer);
    if (asked === key) words = answer;
  }

  return {
    get words(): readonly Word[] {
      return words;
    },
    look(id: number | undefined, labelId: number | undefined): void {
      clearTimeout(timer);
      asking?.abort();
      asked = `${id}/${labelId}`;
      words = known.get(asked) ?? [];
      if (id === undefined || labelId === undefined || known.has(asked)) return;
      const key = asked;
      timer = setTimeout(() => void ask(id, labelId, key), PAUSE_MS);
    },
    forget(): void {
      known.clear();
      asking?.abort();
    },
  };
}
