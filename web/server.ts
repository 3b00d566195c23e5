import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { router, type Session } from '../backend/index.ts';
import { PAGE_HEADERS } from '../backend/process/pageHeaders.ts';
import { type Assets, loadAssets } from './assets.ts';
import { createKeys, type Keys, refusal } from './guard.ts';

const MAX_BODY = 25 * 1024 * 1024;
const MAX_KEY_BODY = 1024;
/** A page with its streams needs few; an idle one goes after `headersTimeout`. */
const MAX_CONNECTIONS = 256;
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
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the interface to this machine only. */
export async function serve(session: Session, { port = 0 }: { port?: number } = {}): Promise<WebHost> {
  const assets = await loadAssets();
  const keys = createKeys();
  const rpc = new RPCHandler(router, { plugins: [new BodyLimitPlugin({ maxBodySize: MAX_BODY })] });
  const server: Server = createServer(LIMITS, (request, response) => {
    void answer(request, response).catch(() => end(request, response, 500));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request, own);
    if (refused !== null) return end(request, response, refused);
    if (request.method === 'GET') return sendAsset(response, assets, request.url ?? '/');
    if (request.url === '/session') return exchange(request, response, keys);
    if (!keys.isSession(header(request, 'x-entail-key'))) return end(request, response, 403);
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return end(request, response, 413);
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    const { matched } = await rpc.handle(request, response, { prefix: '/rpc', context: session });
    if (!matched) end(request, response, 404);
  }

  return {
    url: `http://127.0.0.1:${own}/#k=${keys.start}`,
    port: own,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** Without an answer in words. What is left of the request is not read: the connection goes. */
function end(request: IncomingMessage, response: ServerResponse, status: number): void {
  const whole = request.complete || request.method === 'GET';
  if (!response.headersSent)
    response.writeHead(status, { ...PAGE_HEADERS, ...(!whole && { connection: 'close' }) });
  response.end(() => {
    if (!whole) request.socket.destroySoon();
  });
}

/** A table from URL to bytes: there is no path arithmetic. */
function sendAsset(response: ServerResponse, assets: Assets, url: string): void {
  const asset = assets.get(url);
  response.writeHead(asset ? 200 : 404, { ...PAGE_HEADERS, 'content-type': asset?.type ?? 'text/plain' });
  response.end(asset?.bytes);
}

async function exchange(request: IncomingMessage, response: ServerResponse, keys: Keys): Promise<void> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_KEY_BODY) return end(request, response, 413);
  }
  const session = keys.exchange(body);
  if (session === null) return end(request, response, 403);
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/plain' });
  response.end(session);
}
