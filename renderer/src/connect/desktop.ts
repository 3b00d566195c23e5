import { type ClientLink, type ClientOptions, createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { type Api, useApi } from '../api.ts';
import { backendReturned } from '../state/connection.svelte.ts';
import { followHost } from '../state/entering.ts';
import { type CallContext, openingHeader, withOpening } from './opening.ts';

/** What the desktop shell's preload script gives the page. */
interface Bridge {
  connect(): Promise<boolean>;
  openLink(url: string): Promise<boolean>;
}

declare global {
  interface Window {
    readonly entail?: Bridge;
  }
}

export const isDesktop = (): boolean => window.entail !== undefined;

type Options = ClientOptions<CallContext>;
interface Pending {
  readonly path: readonly string[];
  readonly input: unknown;
  readonly options: Options;
  settle(answer: Promise<unknown>): void;
}

/**
 * A link whose port may be replaced while calls are under way. A decision is sent again: it says what holds, so saying
 * it twice is harmless and saying it never would lose it. All other calls end unanswered.
 */
class ReplaceableLink implements ClientLink<CallContext> {
  private readonly pending = new Set<Pending>();
  private link: ClientLink<CallContext>;

  constructor(link: ClientLink<CallContext>) {
    this.link = link;
  }

  call(path: readonly string[], input: unknown, options: Options): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const own: Pending = {
        path,
        input,
        options,
        settle: (answer) => {
          answer.then(
            (value) => this.pending.delete(own) && resolve(value),
            (error: unknown) => this.pending.delete(own) && reject(error),
          );
        },
      };
      this.pending.add(own);
      own.settle(this.link.call(path, input, options));
    });
  }

  replace(link: ClientLink<CallContext>): void {
    this.link = link;
    for (const { path, input, options, settle } of [...this.pending]) {
      settle(
        path.join('.') === 'annotations.decide'
          ? link.call(path, input, options)
          : Promise.reject(new Error('Entail was started again.')),
      );
    }
  }
}

/** Connects to the backend through the desktop shell, and again whenever the shell had to start it again. */
export async function connectToShell(): Promise<Api | null> {
  let link: ReplaceableLink | undefined;
  return new Promise((resolve) => {
    window.addEventListener('message', (event) => {
      if (event.source !== window) return;
      const { entail } = (event.data ?? {}) as { entail?: unknown };
      if (entail === 'project') void followHost();
      const port = event.ports[0];
      if (entail !== 'port' || !port) return;
      port.start();
      // An old runtime ends the page's process when it leaves with a port open.
      window.addEventListener('pagehide', () => port.close());
      const own = new RPCLink<CallContext>({ port, headers: openingHeader });
      if (link) {
        link.replace(own);
        backendReturned();
        return;
      }
      link = new ReplaceableLink(own);
      const api = createORPCClient<Api>(withOpening(link));
      useApi(api);
      resolve(api);
    });
    void window.entail?.connect().then((given) => given || resolve(null));
  });
}
