import type { Email } from 'postal-mime';
import { BackendError } from '../../errors.ts';
import type { MetaValue } from '../../records.ts';
import { allBytes } from '../bytes.ts';
import { RowError, rowItem } from '../fields.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat, FoundItem } from '../format.ts';
import { htmlBlocks } from '../htmlBlocks.ts';
import { inCharacters } from '../mailBytes.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import { type Block, documentsOf } from '../parts.ts';

const common: Pick<DocumentFormat, 'takes' | 'absence' | 'splits'> = {
  takes: ['split'],
  absence: 'said',
  splits: ['paragraph', 'sentences'],
};

/** Bytes of one message; larger ones are told and passed over. */
const LONGEST = 64 * 1024 * 1024;
/** Headers that a file of another kind would hardly begin with. */
const HEADER =
  /^(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|From|To|Subject|Date|Reply-To|DKIM-Signature|X-[\w-]+): ?\S/i;

const ENDINGS = new Set(['.eml', '.mht', '.mhtml']);

/** A message: subject and body, its headers as metadata; attachments are named, not opened. */
export const eml: DocumentFormat = {
  ...common,
  id: 'eml',
  name: 'mail',
  // A page that a browser saved with all that is in it is a message, too (RFC 2557).
  endings: { '.eml': 'mail', '.mht': 'saved page', '.mhtml': 'saved page' },
  sniff({ ending, start }) {
    if (ENDINGS.has(ending)) return { kind: 'ending', ending };
    const lines = start.toString('latin1', 0, 4096).split(/\r?\n/, 12);
    const headers = lines.filter((line) => HEADER.test(line)).length;
    return HEADER.test(lines[0] ?? '') && headers >= 3
      ? { kind: 'lines', start: lines[0]!.split(' ')[0]! }
      : null;
  },
  async *read(file, options) {
    yield* message(await allBytes(file.bytes, file.name), { file: file.name, id: file.name, options });
  },
};

/** Many messages in one file (RFC 4155). */
export const mbox: DocumentFormat = {
  ...common,
  id: 'mbox',
  name: 'mailbox',
  endings: { '.mbox': 'mailbox', '.mbx': 'mailbox' },
  sniff: ({ start }) =>
    /^From \S[^\n]*\d{4}[^\n]*\n[\w-]+:/.test(start.toString('latin1', 0, 2000))
      ? { kind: 'lines', start: 'From ' }
      : null,
  async *read(file, options) {
    let count = 0;
    let told = false;
    for await (const bytes of messagesIn(file)) {
      count += 1;
      const place = { file: file.name, record: count };
      if (bytes === null)
        yield rowItem(place, () => {
          throw new RowError('The message is larger than 64 MB.');
        });
      else
        for await (const item of message(bytes, { file: file.name, id: `${file.name}#${count}`, options }))
          if (item.kind === 'problem') yield { ...item, problem: { ...item.problem, place } };
          else if (item.kind === 'document' || !told) {
            told ||= item.kind === 'note';
            yield item;
          }
    }
  },
};

/** Sender and date, as a message of a mailbox begins (RFC 4155); a sentence of a body that begins so has no time and year. */
const BEGINS = /^From \S.*\d:\d{2}.*\b\d{4}\b/;

/** The messages of a mailbox; null: one is too large. A line that says sender and date after an empty one begins the next. */
async function* messagesIn(file: ImportFile): AsyncIterable<Buffer | null> {
  let rest = '';
  let lines: string[] = [];
  let bytes = 0;
  let empty = true;
  let begun = false;
  const ended = () => {
    const found = bytes > LONGEST ? null : Buffer.from(lines.join('\n'), 'latin1');
    lines = [];
    bytes = 0;
    return found;
  };
  const take = (line: string) => {
    bytes += line.length + 1;
    // A body's own "From " was quoted so that it does not look like a beginning.
    if (bytes <= LONGEST) lines.push(line.replace(/^>(>*From )/, '$1'));
    else lines = [];
  };
  for await (const chunk of file.bytes.stream()) {
    const parts = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LIMITS.record) throw tooLongLine(file.name);
    for (const line of parts) {
      if (empty && (begun ? BEGINS.test(line) : line.startsWith('From '))) {
        if (begun) yield ended();
        begun = true;
      } else take(line);
      empty = line === '' || line === '\r';
    }
  }
  if (rest !== '') take(rest);
  if (begun) yield ended();
}

const tooLongLine = (name: string) =>
  new BackendError(
    'record_too_long',
    `A line of "${name}" is longer than ${LIMITS.record / 1024 / 1024} million characters.`,
    'Is it a mailbox? Get the file again.',
    undefined,
    { name },
  );

async function* message(
  bytes: Buffer,
  { file, id, options }: { file: string; id: string; options: ImportOptions },
): AsyncIterable<FoundItem> {
  const { default: PostalMime } = await import('postal-mime');
  const { readable, notes } = inCharacters(bytes, file);
  yield* notes;
  const email = await PostalMime.parse(readable).catch(() => null);
  if (email === null) {
    yield rowItem({ file }, () => {
      throw new RowError('The message is damaged.');
    });
    return;
  }
  const body = await bodyOf(email);
  const subject = email.subject?.trim() ?? '';
  if (subject === '' && body.text.trim() === '') {
    yield rowItem({ file }, () => {
      throw new RowError('The message has neither subject nor text.');
    });
    return;
  }
  const blocks = [...(subject === '' ? [] : [{ text: subject, heading: true }]), ...body.blocks];
  const text = [subject, body.text.trim()].filter(Boolean).join('\n\n');
  yield* documentsOf(
    file,
    { id: email.messageId?.replace(/^<|>$/g, '') || id, blocks, text, meta: metaOfMail(email) },
    options.split,
  );
}

/** As plain text where the message has it, else the readable text of its HTML. */
async function bodyOf({ text, html }: Email): Promise<{ text: string; blocks: readonly Block[] }> {
  if (text?.trim()) {
    const exact = text.replace(/\r\n?/g, '\n');
    const parts = exact.split(/\n[ \t]*\n\s*/).filter((part) => part.trim() !== '');
    return { text: exact, blocks: parts.map((part) => ({ text: part.trim() })) };
  }
  const { blocks } = await htmlBlocks([html ?? '']);
  return { text: blocks.map((block) => block.text).join('\n\n'), blocks };
}

function metaOfMail(email: Email): [string, MetaValue][] {
  const names = (list: Email['to']) => (list ?? []).map(inWords).filter(Boolean).join(', ');
  const date = email.date === undefined ? Number.NaN : Date.parse(email.date);
  const found: [string, string][] = [
    ['from', email.from ? inWords(email.from) : ''],
    ['to', names(email.to)],
    ['cc', names(email.cc)],
    ['date', Number.isNaN(date) ? '' : new Date(date).toISOString()],
    ['subject', email.subject ?? ''],
    ['attachments', email.attachments.map(({ filename }) => filename ?? 'without a name').join(', ')],
  ];
  return found
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [name, value.slice(0, LIMITS.cell)]);
}

type Address = NonNullable<Email['from']>;

const inWords = ({ name, address, group }: Address): string =>
  group ? `${name}: ${group.map(inWords).join(', ')}` : name ? `${name} <${address}>` : (address ?? '');
