import { api } from '../api.ts';
import type { Range } from './text.ts';

export interface Word extends Range {
  /** −1 to 1: how much it speaks for the label. */
  readonly weight: number;
}

const PAUSE_MS = 150;
const MOST = 200;

/** The words behind a suggestion, asked for when a label has been looked at for a moment. */
export function createExplaining() {
  const known = new Map<string, readonly Word[]>();
  let words = $state.raw<readonly Word[]>([]);
  let asked = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(id: number, labelId: number, key: string): Promise<void> {
    // Without an answer the passage is still shown: words are a help, not a result.
    const answer = await api.annotations.explain({ id, labelId }).catch(() => []);
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
      asked = `${id}/${labelId}`;
      words = known.get(asked) ?? [];
      if (id === undefined || labelId === undefined || known.has(asked)) return;
      const key = asked;
      timer = setTimeout(() => void ask(id, labelId, key), PAUSE_MS);
    },
    forget: () => known.clear(),
  };
}
