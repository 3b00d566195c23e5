import { ipcMain, type WebContents } from 'electron';
import type { Log } from '../process/log.ts';
import { acceptedCall, type Channel, type Payload } from './calls.ts';

export interface ShellActions {
  /** Hands out a port, once per load of the page. */
  connect(contents: WebContents): boolean;
  dropped(paths: readonly string[]): void;
  link(url: string): Promise<boolean>;
}

/** Answers the pages of the windows that `isKnown` knows. Anything else is refused with the same sentence. */
export function answerPages(
  actions: ShellActions,
  isKnown: (contents: WebContents) => boolean,
  log: Log,
): void {
  const handle = <Name extends Channel>(
    channel: Name,
    act: (payload: Payload<Name>, contents: WebContents) => unknown,
  ): void => {
    ipcMain.handle(channel, (event, ...payload: unknown[]) => {
      const sender = { frame: event.senderFrame ?? null, known: isKnown(event.sender) };
      const call = acceptedCall(channel, sender, payload);
      if (!call) {
        log.write('ipc-refused', { channel });
        throw new Error('Refused.');
      }
      return act(call.payload, event.sender);
    });
  };
  handle('entail:connect', (_nothing, contents) => actions.connect(contents));
  handle('entail:dropped', (paths) => actions.dropped(paths));
  handle('entail:link', (url) => actions.link(url));
}
