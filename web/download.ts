import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Session } from '../backend/index.ts';
import { PAGE_HEADERS } from '../backend/process/pageHeaders.ts';
import { Token } from '../contract/common.ts';

const Asked = z.strictObject({ token: Token, name: z.string().max(300) });

/**
 * Streams a file that was exported to who asks for it by the token of the export and the name that the page shows: the
 * browser may be on another machine than what was written. No path is made of what is asked for. false: there is no such file among what this export wrote.
 */
export async function sendExported(
  asked: string,
  response: ServerResponse,
  { workspace }: Session,
): Promise<boolean> {
  const path = pathOf(asked, workspace);
  const found = path === undefined ? null : await stat(path).catch(() => null);
  if (path === undefined || !found?.isFile()) return false;
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'content-type': 'application/octet-stream',
    'content-length': found.size,
    'content-disposition': 'attachment',
  });
  // Who goes away in the middle of it has no use for the rest.
  await pipeline(createReadStream(path, { end: Math.max(0, found.size - 1) }), response).catch(() =>
    response.destroy(),
  );
  return true;
}

function pathOf(asked: string, workspace: Session['workspace']): string | undefined {
  try {
    const { token, name } = Asked.parse(JSON.parse(asked));
    return workspace.opened().exported.take(token).files.get(name);
  } catch {
    return undefined;
  }
}
