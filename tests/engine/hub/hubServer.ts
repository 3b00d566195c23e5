import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = 'a'.repeat(40);

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface LocalServer {
  readonly url: string;
  readonly requests: {
    method: string;
    path: string;
    range: string | undefined;
    authorization: string | undefined;
  }[];
  readonly close: () => Promise<void>;
}

/** A web server on a free loopback port that remembers what it was asked. */
export async function serve(handler: Handler): Promise<LocalServer> {
  const requests: LocalServer['requests'] = [];
  const server: Server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    requests.push({ method: request.method ?? '', path: request.url ?? '', range, authorization });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const gitSha1 = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/** Answers as the hub does for a file that it keeps itself. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  headers: Record<string, string> = {},
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': content.length - start,
    'x-repo-commit': COMMIT,
    etag: `"${gitSha1(content)}"`,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : content.subarray(start));
}

/** Answers as the hub does for a large file: its hash and size, and a redirect to where it is stored. */
export function sendElsewhere(response: ServerResponse, content: Buffer, location: string): void {
  response.writeHead(302, {
    location,
    'x-repo-commit': COMMIT,
    'x-linked-etag': `"${sha256(content)}"`,
    'x-linked-size': String(content.length),
  });
  response.end();
}

/** The file that a request names: `/owner/name/resolve/revision/file`. */
export function fileOf(request: IncomingMessage): string {
  return (request.url ?? '').split('/').slice(5).join('/');
}
