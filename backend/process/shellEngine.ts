import type { EngineProcess, StartEngine } from '../../engine/index.ts';
import type { Port } from './channel.ts';

/** Engines that the shell starts, since this process can't. */
export interface ShellEngines {
  readonly start: StartEngine;
  /** The port to an engine that was asked for. */
  connected(engine: number, port: Port): void;
  exited(engine: number, how: string): void;
}

interface Waiting {
  readonly unsent: unknown[];
  port?: Port;
  receive(message: unknown): void;
  ended(how: string): void;
}

export function createShellEngines(shell: {
  startEngine(engine: number): void;
  killEngine(engine: number): void;
}): ShellEngines {
  const engines = new Map<number, Waiting>();
  let last = 0;
  return {
    start(): EngineProcess {
      last += 1;
      const id = last;
      const own: Waiting = { unsent: [], receive: () => undefined, ended: () => undefined };
      engines.set(id, own);
      shell.startEngine(id);
      return {
        pid: undefined,
        post: (message) => (own.port ? own.port.postMessage(message) : void own.unsent.push(message)),
        onMessage: (receive) => {
          own.receive = receive;
        },
        onExit: (ended) => {
          own.ended = ended;
        },
        kill: () => shell.killEngine(id),
      };
    },
    connected(engine, port) {
      const own = engines.get(engine);
      if (!own) return port.close?.();
      own.port = port;
      port.on('message', (event) => own.receive(event?.data));
      port.start?.();
      for (const message of own.unsent.splice(0)) port.postMessage(message);
    },
    exited(engine, how) {
      engines.get(engine)?.ended(how);
      engines.delete(engine);
    },
  };
}
