import { expect, test } from 'vitest';
import type { ShellOutcome } from '../../backend/process/protocol.ts';
import { changeProject } from '../../electron/changing.ts';
import { createClosing } from '../../electron/closing.ts';

const STOPS: ShellOutcome = { ok: false, message: 'A training runs.', hint: null, stopsWork: true };

async function changed(agrees: boolean): Promise<string[]> {
  const told: string[] = [];
  await changeProject(
    async (anyway) => {
      told.push(anyway ? 'change anyway' : 'change');
      return anyway ? { ok: true } : STOPS;
    },
    {
      askToLeave: async (sentence) => {
        told.push(sentence);
        return agrees;
      },
      sayFailure: async (message) => void told.push(`failed: ${message}`),
      done: () => void told.push('done'),
    },
  );
  return told;
}

test('what the menu or the system opens stops no work before the person agreed', async () => {
  expect(await changed(true)).toEqual(['change', 'A training runs.', 'change anyway', 'done']);
  expect(await changed(false)).toEqual(['change', 'A training runs.']);
});

/** A window that someone closes; resolves with what became of it. */
function closed(closing: ReturnType<typeof createClosing>): Promise<string[]> {
  const told: string[] = [];
  return new Promise((resolve) => {
    const close = (): void => {
      let held = false;
      const event = {
        preventDefault() {
          held = true;
        },
      };
      closing({
        event,
        again: () => close(),
        stay: () => resolve([...told, 'stays']),
      });
      told.push(held ? 'held' : 'closed');
      if (!held) resolve(told);
    };
    close();
  });
}

test('a window closes at once where nothing runs, and else only where the person agrees', async () => {
  const asked: string[] = [];
  let agrees = false;
  let running: string | null = 'A training runs.';
  const closing = createClosing({
    stops: async () => running,
    ask: async (sentence) => {
      asked.push(sentence);
      return agrees;
    },
  });
  expect(await closed(closing)).toEqual(['held', 'stays']);
  agrees = true;
  expect(await closed(closing)).toEqual(['held', 'closed']);
  expect(asked).toHaveLength(2);
  running = null;
  expect(await closed(closing)).toEqual(['held', 'closed']);
  expect(asked).toHaveLength(2);
  const dead = createClosing({ stops: () => Promise.reject(new Error('gone')), ask: async () => false });
  expect(await closed(dead)).toEqual(['held', 'closed']);
});
