import { z } from 'zod';
import { isPage } from './protocol.ts';

/** What a page may ask of the shell: channel → what comes with it. All else goes over the port to the backend. */
export const CALLS = {
  /** The port, once per load of the page. */
  'entail:connect': z.undefined(),
  /** Projects that were dropped on the window. */
  'entail:dropped': z.array(z.string().min(1).max(4096)).min(1).max(100),
  'entail:link': z.string().max(2000),
} as const;
export type Channel = keyof typeof CALLS;
export type Payload<Name extends Channel> = z.infer<(typeof CALLS)[Name]>;

/** Who sent a message. */
export interface Sender {
  /** null: the frame is gone. */
  readonly frame: { readonly url: string; readonly parent: unknown } | null;
  /** Whether it is a window of ours. */
  readonly known: boolean;
}

/** Only the main frame of a window of ours, showing exactly our page. */
export const isOurPage = ({ frame, known }: Sender): boolean =>
  known && frame !== null && frame.parent === null && isPage(frame.url);

/** The checked payload, or null: the call is refused, and told why to nobody. Pure. */
export function acceptedCall<Name extends Channel>(
  channel: Name,
  sender: Sender,
  payload: readonly unknown[],
): { readonly payload: Payload<Name> } | null {
  if (payload.length > 1 || !isOurPage(sender)) return null;
  const checked = CALLS[channel].safeParse(payload[0]);
  return checked.success ? { payload: checked.data as Payload<Name> } : null;
}
