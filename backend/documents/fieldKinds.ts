import type { MetaValue } from '../records.ts';

/** What the values of a field are, all of them: 'text' also where they differ in kind. */
export type FieldKind = 'text' | 'number' | 'date' | 'yes/no';

/** Written as a program writes it: 007, 1.10 and 1e5 are no numbers but numbers of something. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?$/;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/;
/** Day first, as the points say: 24.12.2025. Slashes don't tell day from month. */
const POINTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?)?$/;

/** A value as a number; NaN: it is none. */
export function numberOf(value: MetaValue): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !NUMBER.test(value)) return Number.NaN;
  const number = Number(value);
  return String(number) === value ? number : Number.NaN;
}

/** A value as yes or no, as programs and workbooks write it; null: it is neither. */
export function truthOf(value: MetaValue): boolean | null {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : null;
}

/** A value as a date, in milliseconds since 1970; without a zone it is read as UTC. NaN: it is none. */
export function dateOf(value: MetaValue): number {
  if (typeof value !== 'string') return Number.NaN;
  const iso = ISO.exec(value);
  if (iso) {
    const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '0', zone] =
      iso;
    const at = moment([year, month, day, hour, minute, second].map(Number));
    const shift = zone === undefined || zone === 'Z' ? 0 : minutesOf(zone);
    return at + Math.trunc(Number(`0.${fraction}`) * 1000) - shift * 60_000;
  }
  const pointed = POINTED.exec(value);
  if (!pointed) return Number.NaN;
  const [, day = '', month = '', year = '', hour = '0', minute = '0', second = '0'] = pointed;
  return moment([year, month, day, hour, minute, second].map(Number));
}

/** NaN for what no calendar has: 2025-02-30. */
function moment([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): number {
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same =
    at.getUTCFullYear() === year &&
    at.getUTCMonth() === month - 1 &&
    at.getUTCDate() === day &&
    at.getUTCHours() === hour &&
    at.getUTCMinutes() === minute;
  return same ? at.getTime() : Number.NaN;
}

function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

const DAY = 86_400_000;

/** Learns what a field's values are, one value at a time. */
export class KindFinder {
  readonly #can = new Set<FieldKind>(['yes/no', 'number', 'date']);
  #values = 0;
  #timed = false;

  add(value: MetaValue): void {
    if (value === '') return;
    this.#values += 1;
    if (this.#can.size === 0) return;
    if (truthOf(value) === null) this.#can.delete('yes/no');
    if (Number.isNaN(numberOf(value))) this.#can.delete('number');
    const at = this.#can.has('date') ? dateOf(value) : Number.NaN;
    if (Number.isNaN(at)) this.#can.delete('date');
    else if (at % DAY !== 0) this.#timed = true;
  }

  /** Whether dates have times of day. */
  get timed(): boolean {
    return this.#timed;
  }

  get kind(): FieldKind {
    const [kind = 'text'] = this.#values === 0 ? [] : this.#can;
    return kind;
  }
}
