/** What a key can do whatever the labels are, with the key it has unless the person chose another. */
export const ACTIONS = {
  accept: { key: 'Enter', what: 'Accept the suggestions and go on' },
  none: { key: '0', what: 'None apply' },
  skip: { key: 's', what: 'Skip' },
  undo: { key: 'u', what: 'Undo' },
  redo: { key: 'r', what: 'Redo' },
  flag: { key: 'f', what: 'Flag' },
  note: { key: 'n', what: 'Write a note' },
  find: { key: '/', what: 'Find a label by typing' },
  details: { key: 'i', what: 'Note, history and guidelines' },
  queue: { key: 'q', what: 'Choose what comes next' },
  help: { key: '?', what: 'All keys' },
} as const satisfies Record<string, { key: string; what: string }>;

export type Action = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as Action[];

export const isAction = (name: string): name is Action => Object.hasOwn(ACTIONS, name);
