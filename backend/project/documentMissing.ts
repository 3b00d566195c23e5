import { BackendError } from '../errors.ts';

/** A project's row number names no document of it, or one that was deleted. */
export const documentMissing = (id: number) =>
  new BackendError('document_missing', `There is no document ${id}.`);
