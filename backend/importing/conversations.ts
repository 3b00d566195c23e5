import { oneLine } from '../../process/oneLine.ts';
import { isObject } from './fields.ts';
import type { Note } from './format.ts';
import type { JsonObject } from './json.ts';

/** Who speaks in records of chats, as programs that keep or train on them call it. */
const SPEAKERS: ReadonlySet<string> = new Set([
  ...['system', 'developer', 'user', 'assistant', 'tool', 'function', 'human', 'gpt', 'bot', 'model'],
  ...['chatgpt', 'observation', 'customer', 'agent'],
]);
/** Who speaks, and what is said. */
const KEYS = [
  ['role', 'content'],
  ['from', 'value'],
] as const;

/** A list of turns (`[{"role": "user", "content": "…"}, …]`) as a text with a line per turn; null: it is something else. */
export function conversationIn(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const turns = value.map(turnIn);
  return turns.every((turn) => turn !== null) ? turns.filter((turn) => turn !== '').join('\n') : null;
}

/** "user: Where is my parcel?"; '': nothing is said, as where a tool is called. */
function turnIn(value: unknown): string | null {
  if (!isObject(value)) return null;
  for (const [who, what] of KEYS) {
    const speaker = value[who];
    if (typeof speaker !== 'string' || !SPEAKERS.has(speaker.toLowerCase())) continue;
    const said = Object.hasOwn(value, what) ? saidIn(value[what]) : null;
    return said === null || said === '' ? said : `${speaker}: ${said}`;
  }
  return null;
}

/** A text, or the texts among parts of other kinds. */
function saidIn(value: unknown): string | null {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.trim();
  if (!Array.isArray(value)) return null;
  const parts = value.flatMap((part: unknown) =>
    isObject(part) && typeof part.text === 'string'
      ? [part.text.trim()]
      : typeof part === 'string'
        ? [part]
        : [],
  );
  return parts.join('\n');
}

/** The fields of records that hold conversations. */
export const conversationFields = (rows: readonly JsonObject[]): string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => conversationIn(row[name]) !== null))),
];

/** Says that a conversation is one document. */
export const conversationsNote = (file: string, field: string): Note => ({
  kind: 'note',
  place: { file },
  text: `Each conversation in "${oneLine(field).slice(0, 80)}" is one document, with a line for each that speaks.`,
});
