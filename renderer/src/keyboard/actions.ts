/** What a key can do whatever the labels are, with the key it has unless the person chose another. The same keys in
 * all languages; what they do, in words, is in the texts. */
export const ACTIONS = {
  accept: { key: 'Enter' },
  none: { key: '0' },
  clear: { key: 'Backspace' },
  skip: { key: 's' },
  undo: { key: 'u' },
  redo: { key: 'r' },
  back: { key: ',' },
  forward: { key: '.' },
  flag: { key: 'f' },
  note: { key: 'n' },
  correct: { key: 'F2' },
  delete: { key: 'Delete' },
  find: { key: '/' },
  details: { key: 'i' },
  queue: { key: 'q' },
  help: { key: '?' },
} as const satisfies Record<string, { key: string }>;

export type Action = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as Action[];

export const isAction = (name: string): name is Action => Object.hasOwn(ACTIONS, name);
