import { endNow } from '../../process/endNow.ts';

/** How this process talks to who started it. */
export interface HostChannel {
  post(message: unknown): void;
  onMessage(receive: (message: unknown) => void): void;
}

/** A port of `node:worker_threads`' shape with Electron's event: `{ data }`. */
interface Port {
  on(event: 'message', receive: (event: { data: unknown }) => void): void;
  on(event: 'close', ended: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
}

/** What a desktop host's process has instead of `process.send`: its first message brings a port. */
interface ParentPort {
  once(event: 'message', receive: (event: { ports: readonly Port[] }) => void): void;
}

/**
 * The channel to the host: Node's own to a forking parent, or the port that a desktop shell sends first. The process
 * ends with its channel. Throws where there is neither.
 */
export function hostChannel(): HostChannel {
  const send = process.send?.bind(process);
  if (send) {
    process.on('disconnect', endNow);
    return {
      post: (message) => void send(message, undefined, undefined, () => undefined),
      onMessage: (receive) => void process.on('message', receive),
    };
  }
  const { parentPort } = process as unknown as { parentPort?: ParentPort | null };
  if (!parentPort) throw new Error('The engine is started by Entail, not by hand.');
  return portChannel(parentPort);
}

function portChannel(parentPort: ParentPort): HostChannel {
  const unsent: unknown[] = [];
  let port: Port | undefined;
  let receive: (message: unknown) => void = () => undefined;
  parentPort.once('message', ({ ports }) => {
    port = ports[0]!;
    port.on('message', ({ data }) => receive(data));
    port.on('close', endNow);
    port.start();
    for (const message of unsent.splice(0)) port.postMessage(message);
  });
  return {
    post: (message) => (port ? port.postMessage(message) : void unsent.push(message)),
    onMessage: (handler) => {
      receive = handler;
    },
  };
}
