/** What of a keyboard event matters here. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Keys that move the focus, scroll or press what has the focus; they are nobody's shortcut. */
const RESERVED = new Set([
  'Tab',
  'Escape',
  ' ',
  'Shift',
  'Control',
  'Alt',
  'AltGraph',
  'Meta',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'PageUp',
  'PageDown',
  'Home',
  'End',
]);

/** A key's one spelling, or null where it can't be a shortcut. */
export function keyName(key: string): string | null {
  if (key === '' || RESERVED.has(key)) return null;
  if ([...key].length !== 1) return key;
  // By way of the capital: a few letters share theirs with another, and Shift must not lead elsewhere.
  const name = key.toUpperCase().toLowerCase();
  return [...name].length === 1 ? name : key.toLowerCase();
}

/**
 * The names under which a press may be known, the likeliest first. Digits go by their place, so that Shift with a digit
 * is that digit on every layout; a letter of another script is also the Latin letter printed on the same key.
 */
export function namesOf(press: Press): string[] {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  if (digit !== undefined) return [digit];
  const name = keyName(press.key);
  if (name === null) return [];
  const latin = /^Key([A-Z])$/.exec(press.code)?.[1]?.toLowerCase();
  const foreign = [...name].length === 1 && !/^[ -~]$/.test(name);
  return foreign && latin !== undefined ? [name, latin] : [name];
}

/** Whether Shift is part of typing the key (as for "?") rather than a modifier of it. */
export const shiftIsInKey = (name: string): boolean => [...name].length === 1 && !/[\p{L}\p{N}]/u.test(name);
