import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How many sockets that never showed the key may stay, and how long (ms). */
export interface SocketLimits {
  /** Above this the oldest go. */
  readonly unknown: number;
  /** Above this the oldest go at once, however young. */
  readonly most: number;
  /** A socket is given this long to show the key before it makes room for others. */
  readonly grace: number;
  /** Of one request without the key, from its connection (or the answer before it) to the end of its body. */
  readonly patience: number;
}

const SOCKET_LIMITS: SocketLimits = { unknown: 256, most: 2048, grace: 1000, patience: 10_000 };
const SWEEP_MS = 250;

/** Which sockets belong to the page, and which to nobody known. */
export interface Sockets {
  /** The key came over it: it is closed for being idle, never to make room. */
  trust(socket: Socket): void;
  /** An answer is on its way or done: the time for the next request starts anew. */
  served(socket: Socket): void;
}

/**
 * Keeps room for the page: whoever holds sockets without the key loses the oldest of them, and nobody is turned away
 * at the door. A limit on all sockets together would let any program of this machine shut the page out.
 */
export function watchSockets(server: Server, limits: SocketLimits = SOCKET_LIMITS): Sockets {
  /** Unknown ones and when they were last served, the oldest first. */
  const unknown = new Map<Socket, number>();
  const drop = (socket: Socket) => {
    unknown.delete(socket);
    socket.destroy();
  };
  const dropOldest = (enough: number, youngest: number) => {
    for (const [socket, since] of unknown) {
      if (unknown.size <= enough || since > youngest) return;
      drop(socket);
    }
  };
  server.on('connection', (socket: Socket) => {
    unknown.set(socket, Date.now());
    // Without a listener a reset by the other side would end the process before HTTP listens, and after it stopped.
    socket.on('error', () => undefined);
    socket.once('close', () => unknown.delete(socket));
    dropOldest(limits.most, Date.now());
  });
  const timer = setInterval(() => {
    const now = Date.now();
    dropOldest(limits.unknown, now - limits.grace);
    dropOldest(0, now - limits.patience);
  }, SWEEP_MS);
  timer.unref();
  server.once('close', () => clearInterval(timer));
  return {
    trust: (socket) => void unknown.delete(socket),
    served(socket) {
      if (!unknown.delete(socket) || socket.destroyed) return;
      unknown.set(socket, Date.now());
    },
  };
}
