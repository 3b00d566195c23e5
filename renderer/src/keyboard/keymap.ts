import type { Label } from '../../../contract/index.ts';
import { t } from '../texts/index.ts';
import { ACTION_NAMES, ACTIONS, type Action, isAction } from './actions.ts';
import { isCode } from './codes.ts';
import { keyName, namesOf, type Press, shiftIsInKey } from './press.ts';

const DIGITS = [...'123456789'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** Which key does what. No key is there twice, neither within one map nor in both. */
export interface Keymap {
  readonly actions: ReadonlyMap<Action, string>;
  /** Label id → its key; labels beyond the keys are found by typing. */
  readonly labels: ReadonlyMap<number, string>;
}

export type Meaning =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'label'; readonly labelId: number; readonly value: 'yes' | 'no' };

type KeyedLabel = Pick<Label, 'id' | 'name' | 'key'>;

/**
 * Actions take their keys first: changed ones, then those as delivered, then any free letter. Labels take the key they
 * were given if it is free, else 1 to 9 in order, else a free letter of their name, else any free letter.
 */
export function keymap(
  labels: readonly KeyedLabel[],
  changed: Readonly<Record<string, string>> = {},
): Keymap {
  const taken = new Set<string>();
  const actions = actionKeys(changed, taken);
  return { actions, labels: labelKeys(labels, taken) };
}

function actionKeys(changed: Readonly<Record<string, string>>, taken: Set<string>): Map<Action, string> {
  const keys = new Map<Action, string>();
  const give = (action: Action, wanted: string | undefined) => {
    const key = wanted === undefined ? null : keyName(wanted);
    if (key === null || taken.has(key) || keys.has(action)) return;
    taken.add(key);
    keys.set(action, key);
  };
  for (const [action, key] of Object.entries(changed)) if (isAction(action)) give(action, key);
  for (const action of ACTION_NAMES) give(action, ACTIONS[action].key);
  for (const action of ACTION_NAMES)
    give(
      action,
      LETTERS.find((letter) => !taken.has(letter)),
    );
  return keys;
}

function labelKeys(labels: readonly KeyedLabel[], taken: Set<string>): Map<number, string> {
  const keys = new Map<number, string>();
  const give = (id: number, key: string | null | undefined) => {
    if (key === null || key === undefined || taken.has(key)) return;
    taken.add(key);
    keys.set(id, key);
  };
  for (const { id, key } of labels)
    if (key !== null && [...key].length === 1 && !shiftIsInKey(key)) give(id, keyName(key));
  for (const { id, name, key } of labels) {
    // Who gave it a code types that.
    if (keys.has(id) || isCode(key)) continue;
    const own = [...name.toLowerCase()].filter((letter) => /^[a-z]$/.test(letter));
    give(
      id,
      [...DIGITS, ...own, ...LETTERS].find((key) => !taken.has(key)),
    );
  }
  return keys;
}

/**
 * Why a label can't have a key, or null: an action has it, or it needs Shift, which says no. Keys of other labels are the
 * backend's to refuse.
 */
export function keyRefused(
  key: string,
  changed: Readonly<Record<string, string>>,
): { readonly why: 'action'; readonly action: Action } | { readonly why: 'shift' } | null {
  if (isCode(key)) return null;
  const name = keyName(key);
  if (name === null || shiftIsInKey(key)) return { why: 'shift' };
  const action = [...actionKeys(changed, new Set())].find(([, its]) => its === name)?.[0];
  return action === undefined ? null : { why: 'action', action };
}

/** What a press means; undefined: nothing. Ctrl or ⌘ with Z, Shift+Z, Y and K work whatever was changed. */
export function meaningOf(press: Press, { actions, labels }: Keymap): Meaning | undefined {
  if (press.altKey) return undefined;
  if (press.ctrlKey || press.metaKey) {
    const action = withControl(press);
    return action && { kind: 'action', action };
  }
  for (const name of namesOf(press)) {
    const label = [...labels].find(([, key]) => key === name);
    if (label) return { kind: 'label', labelId: label[0], value: press.shiftKey ? 'no' : 'yes' };
    const action = [...actions].find(([, key]) => key === name)?.[0];
    if (action && (!press.shiftKey || shiftIsInKey(name))) return { kind: 'action', action };
  }
  return undefined;
}

function withControl({ key, shiftKey }: Press): Action | undefined {
  switch (key.toLowerCase()) {
    case 'z':
      return shiftKey ? 'redo' : 'undo';
    case 'y':
      return 'redo';
    case 'k':
      return 'find';
    default:
      return undefined;
  }
}

/**
 * The changed keys after giving `action` a key. An action that had it gets the other's former key in exchange, so that
 * every action keeps one. null: the key can't be a shortcut.
 */
export function rebound(
  changed: Readonly<Record<string, string>>,
  action: Action,
  press: Press,
): Record<string, string> | null {
  const [key] = namesOf(press);
  if (key === undefined || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (press.shiftKey && !shiftIsInKey(key)) return null;
  const now = keymap([], changed).actions;
  const former = now.get(action);
  const holder = [...now].find(([other, its]) => its === key && other !== action)?.[0];
  const next: Record<string, string> = { ...changed, [action]: key };
  if (holder !== undefined && former !== undefined) next[holder] = former;
  return next;
}

/** A key as people read it on their keyboard. */
export function shownKey(key: string): string {
  if ([...key].length === 1) return key.toUpperCase();
  const printed: Readonly<Record<string, string>> = t().app.keys;
  return Object.hasOwn(printed, key) ? (printed[key] ?? key) : key;
}
