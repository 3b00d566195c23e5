/** An expected failure of a project, an import or an export: one sentence for the user, and what to do. */
export class BackendError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BackendError';
    this.code = code;
    this.hint = hint;
  }
}
