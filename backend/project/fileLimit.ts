import { statSync } from 'node:fs';

/** SQLite's temporary files are never larger than this beside a limit, whatever little project they are of. */
const NEAR = 64 * 1024 * 1024;
/** A log may have each page many times, as bringing a project to a newer format writes it. */
const TIMES = 16;

/**
 * Whether the system's limit on the size of this program's files ("ulimit -f") is what stopped writing to a database:
 * SQLite says of it only that the disk failed. What could not be written may be gone when this is asked, or be of a copy:
 * so the limit is compared with the largest that files of such a project become.
 */
export function isAtFileLimit(path: string): boolean {
  const limit = fileSizeLimit();
  return limit !== null && limit <= NEAR + TIMES * (bytesOf(path) + bytesOf(`${path}-wal`));
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** In bytes; null: none, or not known here. */
function fileSizeLimit(): number | null {
  // Only Node's report tells it; its part on the network may ask for names.
  Reflect.set(process.report ?? {}, 'excludeNetwork', true);
  try {
    const { userLimits } = process.report.getReport() as { userLimits?: Record<string, { soft?: unknown }> };
    const soft = userLimits?.file_size_blocks?.soft;
    return typeof soft === 'number' ? soft : null;
  } catch {
    return null;
  }
}
