import type { Label } from '../../contract/index.ts';

export type Action =
  | { readonly kind: 'toggle'; readonly labelId: number; readonly value: 'yes' | 'no' }
  | { readonly kind: 'accept' | 'none' | 'skip' | 'undo' | 'redo' | 'flag' | 'find' | 'help' };

/** Keys that do something whatever the labels are; no label gets one of them. */
const FIXED: ReadonlyMap<string, Action['kind'] & Exclude<Action['kind'], 'toggle'>> = new Map([
  ['Enter', 'accept'],
  ['0', 'none'],
  ['s', 'skip'],
  ['u', 'undo'],
  ['r', 'redo'],
  ['f', 'flag'],
  ['/', 'find'],
  ['?', 'help'],
] as const);

export const HELP: readonly (readonly [string, string])[] = [
  ['1–9, letters', 'this label: yes'],
  ['Shift + key', 'this label: no'],
  ['Enter', 'accept the suggestions and go on'],
  ['0', 'none apply'],
  ['/', 'find a label by its name'],
  ['S', 'skip'],
  ['U', 'undo'],
  ['R', 'redo'],
  ['F', 'flag'],
  ['?', 'these keys'],
];

/** Label id → its key: the one it was given, else 1 to 9, else a letter of its name that is free. */
export function keysFor(labels: readonly Label[]): Map<number, string> {
  const taken = new Set(FIXED.keys());
  const keys = new Map<number, string>();
  const give = (id: number, key: string | undefined) => {
    if (key === undefined || taken.has(key)) return false;
    taken.add(key);
    keys.set(id, key);
    return true;
  };
  for (const { id, key } of labels) if (key !== null) give(id, key.toLowerCase());
  const rest = labels.filter(({ id }) => !keys.has(id));
  for (const { id, name } of rest) {
    const digits = '123456789'.split('');
    const letters = [...name.toLowerCase(), ...'abcdefghijklmnopqrstuvwxyz'].filter((c) => /^[a-z]$/.test(c));
    give(
      id,
      [...digits, ...letters].find((key) => !taken.has(key)),
    );
  }
  return keys;
}

/** What a key press means, by the physical digit keys too, so that Shift with a digit works on every layout. */
export function actionFor(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  keys: ReadonlyMap<number, string>,
): Action | undefined {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
    return { kind: event.shiftKey ? 'redo' : 'undo' };
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  const pressed = digit ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const own = [...keys].find(([, key]) => key === pressed);
  if (own) return { kind: 'toggle', labelId: own[0], value: event.shiftKey ? 'no' : 'yes' };
  const fixed = FIXED.get(event.key === '?' ? '?' : pressed);
  return fixed === undefined ? undefined : { kind: fixed };
}
