import { ipcMain, type WebContents } from 'electron';
import { z } from 'zod';
import type { Log } from './log.ts';
import { isPage } from './security.ts';

/** The shell's channels: all else goes over the port to the backend. */
export const CHANNELS = {
  connect: 'entail:connect',
  dropped: 'entail:dropped',
  link: 'entail:link',
} as const;

const Nothing = z.undefined();
/** Projects that were dropped on the window. */
const Dropped = z.array(z.string().min(1).max(4096)).min(1).max(100);
const Link = z.string().max(2000);

/** What identifies who sent a message; `null`: the frame is gone. */
export interface Sender {
  readonly frame: { readonly url: string; readonly parent: unknown } | null;
  /** Whether it is a window of ours. */
  readonly known: boolean;
}

/** Only the main frame of a window of ours, showing exactly our page. Pure. */
export const isOurPage = ({ frame, known }: Sender): boolean =>
  known && frame !== null && frame.parent === null && isPage(frame.url);

export interface ShellActions {
  /** Hands out a port, once per load of the page. */
  connect(contents: WebContents): boolean;
  dropped(paths: readonly string[]): void;
  link(url: string): Promise<boolean>;
}

/** Answers the channels for the windows that `isKnown` knows. Anything else is refused with the same sentence. */
export function answerPages(
  actions: ShellActions,
  isKnown: (contents: WebContents) => boolean,
  log: Log,
): void {
  const handle = <T>(
    channel: string,
    schema: z.ZodType<T>,
    act: (payload: T, contents: WebContents) => unknown,
  ): void => {
    ipcMain.handle(channel, (event, ...payload: unknown[]) => {
      const sender = { frame: event.senderFrame ?? null, known: isKnown(event.sender) };
      const checked = schema.safeParse(payload[0]);
      if (payload.length > 1 || !isOurPage(sender) || !checked.success) {
        log.write('ipc-refused', { channel });
        throw new Error('Refused.');
      }
      return act(checked.data, event.sender);
    });
  };
  handle(CHANNELS.connect, Nothing, (_payload, contents) => actions.connect(contents));
  handle(CHANNELS.dropped, Dropped, (paths) => actions.dropped(paths));
  handle(CHANNELS.link, Link, (url) => actions.link(url));
}

export const payloads = { connect: Nothing, dropped: Dropped, link: Link } as const;
