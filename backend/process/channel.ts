import type { BackendMessage, ShellMessage } from './protocol.ts';

/** A port of a desktop shell, as oRPC and the engine's client take it: events carry `data`. */
export interface Port {
  on(event: string, receive: (event?: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
  start?(): void;
  close?(): void;
}

/** How the backend's process talks to the shell that started it. */
export interface ShellChannel {
  /** Whether pages and engines come as ports; else pages are relayed and the backend forks its engine. */
  readonly ports: boolean;
  post(message: BackendMessage): void;
  onMessage(receive: (message: ShellMessage, ports: readonly Port[]) => void): void;
}

interface ParentPort {
  on(event: 'message', receive: (event: { data: ShellMessage; ports: readonly Port[] }) => void): void;
  postMessage(message: unknown): void;
}

/** Node's channel to a forking parent, or the port of a desktop shell. The process ends with the shell. */
export function shellChannel(): ShellChannel {
  const send = process.send?.bind(process);
  if (send) {
    process.on('disconnect', () => process.exit());
    return {
      ports: false,
      post: (message) => void send(message, undefined, undefined, () => undefined),
      onMessage: (receive) => void process.on('message', (message) => receive(message as ShellMessage, [])),
    };
  }
  const { parentPort } = process as unknown as { parentPort?: ParentPort | null };
  if (!parentPort) throw new Error('The backend is started by Entail, not by hand.');
  return {
    ports: true,
    post: (message) => parentPort.postMessage(message),
    onMessage: (receive) => void parentPort.on('message', ({ data, ports }) => receive(data, ports)),
  };
}
