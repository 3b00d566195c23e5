import type { Readable } from 'node:stream';

/** Calls for each line that someone enters, until what is returned is called. Input that ends or fails says nothing. */
export function onEnter(input: Readable, entered: () => void): () => void {
  const read = (chunk: Buffer | string) => {
    for (const character of String(chunk)) if (character === '\n') entered();
  };
  const ignore = () => undefined;
  input.on('data', read);
  input.on('error', ignore);
  return () => {
    input.off('data', read);
    input.pause();
  };
}
