import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
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
  const file = path === undefined ? null : await opened(path);
  if (file === null) return false;
  try {
    const { size } = await file.stat();
    response.writeHead(200, {
      ...PAGE_HEADERS,
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': 'attachment',
    });
    if (size === 0) response.end();
    else await stream(file, size, response);
  } finally {
    await file.close();
  }
  return true;
}

/** The handle is closed by who opened it: a stream that never begins, because its reader has gone, closes nothing. */
async function stream(file: FileHandle, size: number, response: ServerResponse): Promise<void> {
  const from = file.createReadStream({ end: size - 1, autoClose: false });
  try {
    await pipeline(from, response, { end: false });
  } catch {
    // Who goes away in the middle of it has no use for the rest.
    response.destroy();
  }
  // The next answer over this connection would be taken for what is missing of a file that became shorter.
  if (from.bytesRead < size) response.destroy();
  else response.end();
}

/** null: there is no such file any more, or nothing that can be read to its end. A pipe is opened without waiting. */
async function opened(path: string): Promise<FileHandle | null> {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants;
  if (!(await stat(path).catch(() => null))?.isFile()) return null;
  const file = await open(path, O_RDONLY | O_NONBLOCK).catch(() => null);
  if (file === null || (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

function pathOf(asked: string, workspace: Session['workspace']): string | undefined {
  try {
    const { token, name } = Asked.parse(JSON.parse(asked));
    return workspace.opened().exported.take(token).files.get(name);
  } catch {
    return undefined;
  }
}
