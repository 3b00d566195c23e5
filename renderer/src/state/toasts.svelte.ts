import { inWords, isAbort, isOfConnection } from '../api.ts';
import { callOf, forgetWithProject, isStale, whenAnswered } from '../connect/opening.ts';
import { t } from '../texts/index.ts';
import { noteFailure } from './connection.svelte.ts';

/** The run or model that suggests now; the training under way, or the last one. */
type About = 'source' | 'training';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'warning' | 'failure';
  readonly message: string;
  /** The call that failed: once it works, this is no longer so. */
  readonly call?: string | undefined;
  /** What it is about: once that is another one, this is no longer so. */
  readonly about?: About | undefined;
  /** A thing to do about it, such as undo. */
  readonly action?: { readonly text: string; readonly run: () => unknown };
}

const SHOWN_MS = 8000;
const MOST = 3;

export const toasts = $state<{ all: Toast[] }>({ all: [] });
let last = 0;

function show(toast: Omit<Toast, 'id'>): void {
  const id = ++last;
  toasts.all = [...toasts.all.filter(({ message }) => message !== toast.message), { ...toast, id }].slice(
    -MOST,
  );
  // A warning or failure stays until it is read; what is done goes by itself.
  if (toast.kind === 'done') setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.all = toasts.all.filter((toast) => toast.id !== id);
}

whenAnswered((call) => {
  if (toasts.all.every((toast) => toast.call === undefined)) return;
  const answered = call();
  if (toasts.all.some((toast) => toast.call === answered))
    toasts.all = toasts.all.filter((toast) => toast.call !== answered);
});

/** Another run or model suggests than before, or another training is under way. */
export function isAnother(about: About): void {
  toasts.all = toasts.all.filter((toast) => toast.about !== about);
}

/** What is said of a project, and what can be done about it, does not hold for another one. */
forgetWithProject(() => {
  toasts.all = toasts.all.filter(({ kind, action }) => kind !== 'warning' && action === undefined);
});

/** What the person tried again has worked: why it failed before is no longer so. */
export function forgetFailures(): void {
  toasts.all = toasts.all.filter(({ kind }) => kind !== 'failure');
}

export function say(message: string, action?: Toast['action'], about?: About): void {
  forgetFailures();
  show({ kind: 'done', message, ...(action && { action }), about });
}

/** Something that went otherwise than planned, though it goes on. */
export const warn = (message: string, action?: Toast['action'], about?: About): void =>
  show({ kind: 'warning', message, ...(action && { action }), about });

/** What has just been done, with the way back. */
export const sayWithUndo = (message: string, undo: () => unknown): void =>
  say(message, { text: t().app.undo, run: undo });

/** A failure in words. Cancelling is none; a backend that is gone has its own notice. */
export function fail(error: unknown): void {
  // A window that shows another project than the open one says so in place of all else.
  if (isAbort(error) || isStale(error)) return;
  noteFailure(error);
  if (!isOfConnection(error)) show({ kind: 'failure', message: inWords(error), call: callOf(error) });
}

/** Runs work and shows its failure. undefined: it failed. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    fail(error);
    return undefined;
  }
}
