import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState extends Partial<Rectangle> {
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

export const SMALLEST = { width: 900, height: 600 } as const;
const USUAL: WindowState = { width: 1280, height: 860, maximized: false };
/** So much of the title bar must be on a screen for a window to be caught with the mouse. */
const GRIP = { width: 100, height: 40 } as const;

const Kept = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  maximized: z.boolean(),
});

/** The window as it was left, where the screens of now still show it; else in the usual size, centred. Pure. */
export function fitState(kept: unknown, screens: readonly Rectangle[]): WindowState {
  const parsed = Kept.safeParse(kept);
  if (!parsed.success) return USUAL;
  const { x, y, maximized } = parsed.data;
  const width = Math.max(parsed.data.width, SMALLEST.width);
  const height = Math.max(parsed.data.height, SMALLEST.height);
  const screen = screens.find((s) => reaches({ x, y, width, height }, s));
  if (!screen) return { ...USUAL, maximized };
  return { x, y, width: Math.min(width, screen.width), height: Math.min(height, screen.height), maximized };
}

function reaches(window: Rectangle, screen: Rectangle): boolean {
  const across =
    Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x) >= GRIP.width;
  const titleBar = window.y >= screen.y && window.y + GRIP.height <= screen.y + screen.height;
  return across && titleBar;
}

export function readState(file: string, screens: readonly Rectangle[]): WindowState {
  try {
    return fitState(JSON.parse(readFileSync(file, 'utf8')), screens);
  } catch {
    return fitState(null, screens);
  }
}

/** A size that can't be kept stops nothing. */
export function keepState(file: string, state: z.infer<typeof Kept>): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The next start has the usual size.
  }
}
