import { expect, it } from 'vitest';
import { createOnScreen } from '../../../renderer/src/annotate/onScreen.ts';

function screen() {
  let now = 1000;
  const waiting: (() => void)[] = [];
  const shown = createOnScreen(
    () => now,
    (then) => waiting.push(then),
  );
  return {
    shown,
    pass: (ms: number) => (now += ms),
    /** What waits for a frame is painted. */
    paint(many = waiting.length): void {
      for (const then of waiting.splice(0, many)) then();
    },
    press: () => shown.wasSeen(now),
  };
}

it('a key between a document’s coming and its painting is not about it, however long that takes', () => {
  const { shown, pass, paint, press } = screen();
  shown.comes();
  expect(press()).toBe(false);
  pass(900);
  expect(press()).toBe(false);
  const before = 1900;
  pass(5);
  paint();
  expect(press()).toBe(true);
  // It is heard of late: what counts is when it was pressed.
  expect(shown.wasSeen(before)).toBe(false);
  expect(shown.since).toBe(1000);
});

it('the painting of the document before does not count for the next one', () => {
  const { shown, pass, paint, press } = screen();
  shown.comes();
  pass(5);
  shown.comes();
  paint(1);
  expect(press()).toBe(false);
  paint();
  expect(press()).toBe(true);
});

it('a document that was asked for counts from its coming, and goes on doing so when it is painted', () => {
  const { shown, pass, paint, press } = screen();
  shown.comes();
  shown.wasAskedFor();
  expect(press()).toBe(true);
  pass(30);
  paint();
  expect(shown.wasSeen(1001)).toBe(true);
  expect(shown.wasSeen(999)).toBe(false);
});
