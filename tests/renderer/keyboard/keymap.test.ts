import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTION_NAMES, ACTIONS } from '../../../renderer/src/keyboard/actions.ts';
import { codesFor } from '../../../renderer/src/keyboard/codes.ts';
import { keymap, keyRefused, meaningOf, rebound } from '../../../renderer/src/keyboard/keymap.ts';
import type { Press } from '../../../renderer/src/keyboard/press.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : '',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});
const label = (id: number, name: string, key: string | null = null) => ({ id, name, key });

const anyLabels = fc
  .array(
    fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 300 }),
      key: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
    }),
    { maxLength: 200 },
  )
  .map((labels) => labels.map((own, i) => ({ ...own, id: i + 1 })));
const anyChanges = fc.dictionary(
  fc.oneof(fc.constantFrom(...ACTION_NAMES), fc.string()),
  fc.oneof(
    fc.constantFrom('a', 'Enter', '1', '?', 'Tab', ' ', 'F2'),
    fc.string({ minLength: 1, maxLength: 20 }),
  ),
);

describe('a label’s key of several characters', () => {
  const labels = [label(1, 'build', 'bu'), label(2, 'bug'), label(3, 'bus', 'x'), label(4, 'bur', 'Enter')];

  it('is what is typed after “/”, and no key that is pressed alone', () => {
    expect(codesFor(labels).get(1)).toBe('bu');
    expect(new Set(codesFor(labels).values()).size).toBe(4);
    const { labels: keys } = keymap(labels);
    expect(keys.has(1)).toBe(false);
    expect(keys.get(3)).toBe('x');
    // What no key can be is no key that does nothing.
    expect([keys.get(2), keys.get(4)]).toEqual(['1', '2']);
  });

  it('is refused in words where an action has the key or Shift would be needed', () => {
    expect(keyRefused('s', {})).toEqual({ why: 'action', action: 'skip' });
    expect(keyRefused('s', { skip: 'w' })).toBeNull();
    expect(keyRefused('!', {})).toEqual({ why: 'shift' });
    expect(['a', '4', 'bu', 'ß'].map((key) => keyRefused(key, {}))).toEqual([null, null, null, null]);
  });
});

describe('the key map', () => {
  it('gives no key twice, and every action one, for any 200 labels and any changed keys', () => {
    fc.assert(
      fc.property(anyLabels, anyChanges, (labels, changed) => {
        const map = keymap(labels, changed);
        const keys = [...map.actions.values(), ...map.labels.values()];
        expect(new Set(keys).size).toBe(keys.length);
        expect(map.actions.size).toBe(ACTION_NAMES.length);
      }),
    );
  });

  it('never lets a label key, with or without Shift, do something global', () => {
    fc.assert(
      fc.property(anyLabels, anyChanges, (labels, changed) => {
        const map = keymap(labels, changed);
        for (const [labelId, key] of map.labels) {
          expect(meaningOf(press(key), map)).toEqual({ kind: 'label', labelId, value: 'yes' });
          const shifted = press(key.toUpperCase().length === 1 ? key.toUpperCase() : key, {
            code: press(key).code,
            shiftKey: true,
          });
          expect(meaningOf(shifted, map)).toEqual({ kind: 'label', labelId, value: 'no' });
        }
      }),
    );
  });

  it('takes letters that share a capital for one key, so that Shift leads nowhere else', () => {
    const map = keymap([label(1, 'one', '\u1c80')]);
    expect([...map.labels.values()]).toEqual(['\u0432']);
    expect(meaningOf(press('\u0412', { shiftKey: true }), map)).toMatchObject({ labelId: 1, value: 'no' });
  });

  it('gives 1 to 9 in order, then letters of the name that no action has', () => {
    const labels = Array.from({ length: 12 }, (_, i) => label(i + 1, 'surf'));
    expect([...keymap(labels).labels.values()]).toEqual([...'123456789', 'a', 'b', 'c']);
  });

  it('gives a label the key it was given, unless an action has it', () => {
    const map = keymap([label(1, 'one', 'W'), label(2, 'two', 's'), label(3, 'three', '?')]);
    expect([...map.labels]).toEqual([
      [1, 'w'],
      [2, '1'],
      [3, '2'],
    ]);
  });

  it('knows Shift with a digit on every layout, by its place on the keyboard', () => {
    const map = keymap([label(1, 'one')]);
    const no = { kind: 'label', labelId: 1, value: 'no' };
    expect(meaningOf(press('!', { code: 'Digit1', shiftKey: true }), map)).toEqual(no);
    expect(meaningOf(press('&', { code: 'Digit1' }), map)).toEqual({ ...no, value: 'yes' });
  });

  it('knows the Latin letter of a key under another script', () => {
    const map = keymap([]);
    expect(meaningOf(press('ы', { code: 'KeyS' }), map)).toEqual({ kind: 'action', action: 'skip' });
  });

  it('takes Ctrl+Z, Ctrl+Shift+Z and Ctrl+K whatever was changed, and leaves other combinations alone', () => {
    const map = keymap([label(1, 'a', 'z')], { undo: 'x' });
    const what = (key: string, more: Partial<Press>) => meaningOf(press(key, more), map);
    expect(what('z', { ctrlKey: true })).toEqual({ kind: 'action', action: 'undo' });
    expect(what('Z', { metaKey: true, shiftKey: true })).toEqual({ kind: 'action', action: 'redo' });
    expect(what('k', { ctrlKey: true })).toEqual({ kind: 'action', action: 'find' });
    expect(what('s', { ctrlKey: true })).toBeUndefined();
    expect(what('1', { altKey: true })).toBeUndefined();
  });

  it('does nothing on Shift with an action letter, and takes "?" wherever it is typed', () => {
    const map = keymap([]);
    expect(meaningOf(press('F', { shiftKey: true }), map)).toBeUndefined();
    expect(meaningOf(press('?', { code: 'Minus', shiftKey: true }), map)).toEqual({
      kind: 'action',
      action: 'help',
    });
  });

  it('exchanges keys when one is taken that another action has', () => {
    const changed = rebound({}, 'skip', press('f'));
    expect(changed).toEqual({ skip: 'f', flag: 's' });
    const map = keymap([], changed!);
    expect([map.actions.get('skip'), map.actions.get('flag')]).toEqual(['f', 's']);
    expect(rebound({}, 'skip', press('Tab'))).toBeNull();
    expect(rebound({}, 'skip', press('c', { ctrlKey: true }))).toBeNull();
  });

  it('has delivered keys that are all different', () => {
    const keys = ACTION_NAMES.map((action) => ACTIONS[action].key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
