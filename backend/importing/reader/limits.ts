/** What a reader's process may hold, in bytes. */
export const READER_BYTES = 1024 ** 3;
/** What of it may be objects, in MiB. */
export const READER_HEAP_MB = 768;
/** Said on standard error by a reader that ends because of `READER_BYTES`. */
export const MEMORY_MARK = 'reader: too much memory\n';
/** Without a word from it. */
export const STALLED_MS = 30_000;
