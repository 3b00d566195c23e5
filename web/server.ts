import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { BackendError, callsWithOpening, router, type Session } from '../backend/index.ts';
import { PAGE_HEADERS } from '../backend/process/pageHeaders.ts';
import { type Assets, loadAssets } from './assets.ts';
import { sendExported } from './download.ts';
import { createKeys, type Keys, refusal } from './guard.ts';
import { watchSockets } from './sockets.ts';

const MAX_BODY = 25 * 1024 * 1024;
const MAX_KEY_BODY = 1024;
/** Connections that wait to be accepted; a full queue would make the page wait a second for its next try. */
const BACKLOG = 4096;
/** In ms: who is slow with a request is cut off. Answers may take as long as they like. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
} as const;

export interface WebHost {
  /** Open this in a browser: the key in it is good once, for a minute. */
  readonly url: string;
  /** Another one, for another tab or when the minute is over. */
  newUrl(): string;
  readonly port: number;
  close(): Promise<void>;
}

export interface WebOptions {
  /** This one and no other. Default: any free one. */
  readonly port?: number;
  /** This one while nothing else has it, so that a page that was left open finds its way back; else any free one. */
  readonly preferred?: number;
  /** Told of failures that no request should cause. */
  readonly onUnexpected?: (error: unknown) => void;
}

/** Where it is served unless something else is asked for: a port that IANA gave to nobody, below those of outgoing connections. */
export const USUAL_PORT = 28_736;

/**
 * Serves the interface to this machine only. No request, and no way of sending or leaving one, ends it. Throws `port_taken`
 * and `port_refused`.
 */
export async function serve(
  session: Session,
  { port, preferred, onUnexpected = () => undefined }: WebOptions = {},
): Promise<WebHost> {
  const assets = await loadAssets();
  const keys = createKeys();
  const rpc = new RPCHandler(router, {
    ...callsWithOpening,
    plugins: [new BodyLimitPlugin({ maxBodySize: MAX_BODY })],
  });
  const server: Server = createServer(LIMITS, (request, response) => {
    // Both may fail long after their handler is done, and an error event that nobody hears ends the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    response.once('close', () => sockets.served(request.socket));
    void answer(request, response).catch((error: unknown) => {
      if (!request.socket.destroyed) onUnexpected(error);
      end(request, response, 500);
    });
  });
  const sockets = watchSockets(server);
  if (port !== undefined) await listen(server, port);
  else
    await listen(server, preferred ?? 0).catch((error: unknown) => {
      if (preferred === undefined) throw error;
      return listen(server, 0);
    });
  // Too many open files, for example: those that are connected are served on.
  server.on('error', onUnexpected);
  const own = (server.address() as AddressInfo).port;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request, own);
    if (refused !== null) return end(request, response, refused);
    if (request.method === 'GET') return sendAsset(response, assets, request.url ?? '/');
    if (request.url === '/session') return exchange(request, response, keys);
    if (!keys.isSession(header(request, 'x-entail-key'))) return end(request, response, 403);
    sockets.trust(request.socket);
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return end(request, response, 413);
    if (request.url === '/exported') {
      const asked = await shortBody(request, MAX_KEY_BODY);
      if (asked === null) return end(request, response, 413);
      if (!(await sendExported(asked, response, session))) end(request, response, 404);
      return;
    }
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    const { matched } = await rpc.handle(request, response, { prefix: '/rpc', context: session });
    if (!matched) end(request, response, 404);
  }

  const newUrl = () => `http://127.0.0.1:${own}/#k=${keys.start()}`;
  return {
    url: newUrl(),
    newUrl,
    port: own,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: '127.0.0.1', backlog: BACKLOG }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw notHeld(error, port);
  }
}

function notHeld(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const hint = 'Choose another port, or none.';
  if (code === 'EADDRINUSE')
    return new BackendError('port_taken', `Port ${port} is used by another program.`, hint, error);
  if (code === 'EACCES')
    return new BackendError('port_refused', `The system gives port ${port} to nobody else.`, hint, error);
  return error;
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** Without an answer in words. What is left of the request is not read: the connection goes. */
function end(request: IncomingMessage, response: ServerResponse, status: number): void {
  const whole = request.complete || request.method === 'GET';
  // A request that was given up has no socket any more: it is taken now.
  const { socket } = request;
  if (!response.headersSent)
    response.writeHead(status, { ...PAGE_HEADERS, ...(!whole && { connection: 'close' }) });
  response.end(() => {
    if (!whole) socket?.destroySoon();
  });
}

/** A table from URL to bytes: there is no path arithmetic. */
function sendAsset(response: ServerResponse, assets: Assets, url: string): void {
  const asset = assets.get(url);
  response.writeHead(asset ? 200 : 404, { ...PAGE_HEADERS, 'content-type': asset?.type ?? 'text/plain' });
  response.end(asset?.bytes);
}

async function exchange(request: IncomingMessage, response: ServerResponse, keys: Keys): Promise<void> {
  const body = await shortBody(request, MAX_KEY_BODY);
  if (body === null) return end(request, response, 413);
  const answer = keys.exchange(body);
  const refused = 'refused' in answer;
  response.writeHead(refused ? 403 : 200, { ...PAGE_HEADERS, 'content-type': 'text/plain' });
  response.end(refused ? answer.refused : answer.session);
}

/** The whole body, or null as soon as it is longer. Leaving a `for await` early would take the socket away. */
function shortBody(request: IncomingMessage, most: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= most) chunks.push(chunk);
      else resolve(null);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString()));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The request was given up.')));
  });
}
