import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSaver, type SaverState } from '../../../renderer/src/annotate/saver.ts';

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('saving', () => {
  it('86: sends one at a time in the order they came, however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }), async (delays) => {
        const saver = createSaver(() => {});
        const sent: number[] = [];
        let running = 0;
        delays.forEach((delay, i) => {
          saver.push(async () => {
            running += 1;
            expect(running).toBe(1);
            await later(delay);
            sent.push(i);
            running -= 1;
          });
        });
        await saver.settled();
        expect(sent).toEqual(delays.map((_, i) => i));
        expect(saver.state).toEqual({ kind: 'saved' });
      }),
      { numRuns: 20 },
    );
  });

  it('88: stops at a failure, takes nothing more, and goes on from the same job', async () => {
    const states: SaverState['kind'][] = [];
    const saver = createSaver(({ kind }) => states.push(kind));
    const sent: string[] = [];
    const full = new Error('no space left');
    let space = false;
    const job = (name: string) => async () => {
      await later(0);
      if (!space) throw full;
      sent.push(name);
    };
    expect(saver.push(job('a'))).toBe(true);
    expect(saver.push(job('b'))).toBe(true);
    await saver.settled();
    expect(saver.state).toEqual({ kind: 'failed', pending: 2, error: full });
    expect(saver.push(job('c'))).toBe(false);
    saver.retry();
    await saver.settled();
    expect(saver.state.kind).toBe('failed');
    space = true;
    saver.retry();
    await saver.settled();
    expect(sent).toEqual(['a', 'b']);
    expect(saver.state).toEqual({ kind: 'saved' });
    expect(saver.push(job('c'))).toBe(true);
    await saver.settled();
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(states.at(-1)).toBe('saved');
  });

  it('sends what comes while the last job is on its way', async () => {
    const saver = createSaver(() => {});
    const sent: string[] = [];
    saver.push(async () => {
      saver.push(async () => void sent.push('second'));
      await later(1);
      sent.push('first');
    });
    await saver.settled();
    expect(sent).toEqual(['first', 'second']);
  });
});
