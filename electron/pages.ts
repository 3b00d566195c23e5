import { MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import type { ShellMessage } from '../backend/process/protocol.ts';
import type { Child } from './children.ts';

/** Joins pages with the backend: one port per load of a page, closed when the page goes. */
export interface PagePorts {
  /** Hands the page its port. false: this load has one. */
  connect(contents: WebContents): boolean;
  /** Gives every connected page a port to the backend that has just been started again. */
  reconnect(): void;
  /** What a backend that takes no ports sends to a page. */
  deliver(page: number, data: unknown): void;
}

interface Joined {
  readonly page: number;
  /** The shell's end, where it relays. */
  readonly relay: MessagePortMain | null;
}

export function createPagePorts(backend: () => Child | null): PagePorts {
  const joined = new Map<WebContents, Joined>();
  const watched = new WeakSet<WebContents>();
  let last = 0;

  const tell = (message: ShellMessage, ports?: MessagePortMain[]) => backend()?.post(message, ports);

  const join = (contents: WebContents, restarted: boolean): void => {
    last += 1;
    const page = last;
    const { port1, port2 } = new MessageChannelMain();
    if (backend()?.ports) {
      joined.set(contents, { page, relay: null });
      tell({ kind: 'page-open', page }, [port2]);
    } else {
      joined.set(contents, { page, relay: port2 });
      tell({ kind: 'page-open', page });
      port2.on('message', ({ data }) => tell({ kind: 'page-data', page, data }));
      port2.start();
    }
    contents.mainFrame.postMessage('entail:port', restarted, [port1]);
  };

  const leave = (contents: WebContents): void => {
    const own = joined.get(contents);
    if (!own) return;
    joined.delete(contents);
    own.relay?.close();
    tell({ kind: 'page-close', page: own.page });
  };

  const watch = (contents: WebContents): void => {
    if (watched.has(contents)) return;
    watched.add(contents);
    contents.on('did-navigate', () => leave(contents));
    contents.on('render-process-gone', () => leave(contents));
    contents.on('destroyed', () => leave(contents));
  };

  return {
    connect(contents) {
      if (joined.has(contents)) return false;
      watch(contents);
      join(contents, false);
      return true;
    },
    reconnect() {
      for (const [contents, { relay }] of [...joined]) {
        relay?.close();
        join(contents, true);
      }
    },
    deliver(page, data) {
      for (const own of joined.values()) if (own.page === page) own.relay?.postMessage(data);
    },
  };
}
