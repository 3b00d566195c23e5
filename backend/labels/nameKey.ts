/** Characters that take no room: web pages and word processors leave them in names. */
export const UNSEEN = /[\u00AD\u200B-\u200D\u2060\uFEFF]/g;

/** What two names of labels have in common when people would take them for one. */
export const nameKey = (name: string): string =>
  name.replace(UNSEEN, '').normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
