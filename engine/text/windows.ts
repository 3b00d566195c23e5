import { EngineError } from '../errors.ts';
import type { TokenOffsets } from './offsets.ts';

/** A part of a premise that fits beside a hypothesis. */
export interface PremiseWindow {
  /** Token positions in the premise, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly ids: readonly number[];
  /** UTF-16 positions in the text, `end` exclusive; absent when token places are not known. */
  readonly characters?: { readonly start: number; readonly end: number };
}

export interface WindowOptions {
  /** Tokens that fit: the model's maximum less hypothesis and special tokens (`Tokenizer.roomFor`). */
  readonly room: number;
  /** Tokens from one window's start to the next's; default three quarters of the room, so a quarter overlaps. */
  readonly stride?: number;
  readonly offsets?: TokenOffsets | null;
}

/**
 * The overlapping windows of a premise, in order; one window when it fits, also when it is empty.
 *
 * Every token is in a window, every window but a sole one is full: the last is moved back to the end of the text.
 * Throws `window_invalid` when room or stride is not a positive number, or the stride leaves gaps.
 */
export function premiseWindows(premiseIds: readonly number[], options: WindowOptions): PremiseWindow[] {
  const { room, offsets } = options;
  const stride = options.stride ?? Math.max(1, room - Math.floor(room / 4));
  if (!Number.isInteger(room) || !Number.isInteger(stride) || room < 1 || stride < 1 || stride > room) {
    throw new EngineError(
      'window_invalid',
      `Windows of ${room} tokens cannot advance by ${stride}: use 1 to ${room}.`,
    );
  }
  const windows: PremiseWindow[] = [];
  const lastStart = Math.max(0, premiseIds.length - room);
  for (let start = 0; ; start += stride) {
    const from = Math.min(start, lastStart);
    const to = Math.min(from + room, premiseIds.length);
    windows.push({ start: from, end: to, ids: premiseIds.slice(from, to), ...placeOf(offsets, from, to) });
    if (from === lastStart) return windows;
  }
}

function placeOf(
  offsets: TokenOffsets | null | undefined,
  from: number,
  to: number,
): Pick<PremiseWindow, 'characters'> {
  const start = offsets?.start[from];
  const end = offsets?.end[to - 1];
  return start === undefined || end === undefined ? {} : { characters: { start, end } };
}
