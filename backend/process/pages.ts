import type { Port, ShellChannel } from './channel.ts';

/** Longer messages are nothing that a page of ours sends; the contract's own limits are below it. */
const MAX_MESSAGE = 25 * 1024 * 1024;

/** The pages that may call the contract, each by its number. */
export interface Pages {
  open(page: number, port: Port | undefined): void;
  receive(page: number, data: unknown): void;
  close(page: number): void;
}

/** `serve` answers the calls that come over a port. Without ports of their own pages are relayed by the shell. */
export function createPages(channel: ShellChannel, serve: (port: Port) => Promise<void>): Pages {
  const relayed = new Map<number, RelayedPort>();
  return {
    open(page, port) {
      if (port) {
        void serve(port).then(() => port.start?.());
        return;
      }
      const own = relayedPort((data) => channel.post({ kind: 'page-data', page, data }));
      relayed.set(page, own);
      void serve(own);
    },
    receive(page, data) {
      if (sizeOf(data) <= MAX_MESSAGE) relayed.get(page)?.emit('message', { data });
    },
    close(page) {
      relayed.get(page)?.emit('close');
      relayed.delete(page);
    },
  };
}

interface RelayedPort extends Port {
  emit(event: 'message', message: { data: unknown }): void;
  emit(event: 'close'): void;
}

/** Keeps what arrives until somebody listens. */
function relayedPort(post: (data: unknown) => void): RelayedPort {
  const listeners: { event: string; receive: (event?: { data: unknown }) => void }[] = [];
  const early: { data: unknown }[] = [];
  return {
    on(event, receive) {
      listeners.push({ event, receive });
      if (event === 'message') for (const message of early.splice(0)) receive(message);
    },
    postMessage: post,
    emit(event: string, message?: { data: unknown }) {
      const interested = listeners.filter((listener) => listener.event === event);
      if (interested.length === 0 && message) early.push(message);
      for (const { receive } of interested) receive(message);
    },
  };
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : Number.POSITIVE_INFINITY;
}
