import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Session } from 'electron';
import { PAGE_HEADERS } from '../backend/process/pageHeaders.ts';
import type { Log } from '../process/log.ts';

export const SCHEME = 'app';
export const HOST = 'entail';
export const ORIGIN = `${SCHEME}://${HOST}`;
export const PAGE = `${ORIGIN}/`;

/** Exactly our page, whatever its fragment. */
export const isPage = (url: string): boolean => url.split('#')[0] === PAGE;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
}

/** URL path → file: made once, so that there is no path arithmetic when a URL comes in. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  for (const path of filesIn(folder)) {
    const type = TYPES[extname(path)];
    if (type)
      files.set(`/${relative(folder, path).split(sep).join('/')}`, { bytes: readFileSync(path), type });
  }
  const index = files.get('/index.html');
  if (!index) throw new Error('The interface was not built.');
  return files.set('/', index);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

export interface PageRequest {
  readonly url: string;
  readonly method: string;
  /** The Range header. */
  readonly range?: string | null | undefined;
}

export interface PageAnswer {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What `app://` answers: a file of the table, or a refusal. Pure. */
export function answerFor(files: PageFiles, { url, method, range }: PageRequest): PageAnswer {
  const file = files.get(pathOf(url) ?? '');
  if (!file) return refuse(404);
  if (method !== 'GET') return refuse(405);
  if (range === null || range === undefined) return answer(200, file.type, file.bytes);
  const part = partOf(range, file.bytes.length);
  if (!part) return refuse(416, { 'content-range': `bytes */${file.bytes.length}` });
  return answer(206, file.type, file.bytes.subarray(part.start, part.end + 1), {
    'content-range': `bytes ${part.start}-${part.end}/${file.bytes.length}`,
  });
}

/** The path as it was written: a URL that needs decoding or resolving is none of ours. null: another host. */
function pathOf(url: string): string | null {
  const start = url.slice(0, ORIGIN.length + 1);
  if (start !== PAGE) return null;
  return url.slice(ORIGIN.length).split('#')[0]!;
}

function partOf(range: string, length: number): { start: number; end: number } | null {
  const found = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range);
  if (!found) return null;
  const start = Number(found[1]);
  const end = found[2] === '' ? length - 1 : Math.min(Number(found[2]), length - 1);
  return start < length && start <= end ? { start, end } : null;
}

const answer = (
  status: number,
  type: string,
  bytes: Buffer,
  more: Record<string, string> = {},
): PageAnswer => ({
  status,
  type,
  bytes,
  headers: { ...PAGE_HEADERS, 'content-type': type, ...more },
});
const refuse = (status: number, more: Record<string, string> = {}): PageAnswer =>
  answer(status, 'text/plain; charset=utf-8', Buffer.alloc(0), more);

/** Serves the page to a session; old runtimes have no `handle`. */
export function servePage({ protocol }: Session, files: PageFiles, log: Log): void {
  const decide = (request: PageRequest): PageAnswer => {
    const decided = answerFor(files, request);
    if (decided.status >= 400) log.write('page-refused', { status: decided.status, url: request.url });
    return decided;
  };
  if (typeof protocol.handle === 'function') {
    protocol.handle(SCHEME, ({ url, method, headers }) => {
      const { status, bytes, headers: own } = decide({ url, method, range: headers.get('range') });
      return new Response(new Uint8Array(bytes), { status, headers: own });
    });
    return;
  }
  protocol.registerBufferProtocol(SCHEME, ({ url, method, headers }, respond) => {
    const range = headers.Range ?? headers.range;
    const { status, type, bytes, headers: own } = decide({ url, method, range });
    respond({ statusCode: status, mimeType: type.split(';')[0]!, data: bytes, headers: { ...own } });
  });
}
