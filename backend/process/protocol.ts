/** What a desktop shell and the backend's process say to each other. Types only: the shell imports them too. */

/** Outside of the calls: pages and engines that are joined to the backend. */
export type ShellMessage =
  | { readonly kind: 'rpc'; readonly data: unknown }
  /** A page that may call the contract: over the port that comes with the message, or relayed as `page-data`. */
  | { readonly kind: 'page-open'; readonly page: number }
  | { readonly kind: 'page-data'; readonly page: number; readonly data: unknown }
  | { readonly kind: 'page-close'; readonly page: number }
  /** The engine that was asked for; its port comes with the message. */
  | { readonly kind: 'engine-port'; readonly engine: number };

export type BackendMessage =
  | { readonly kind: 'rpc'; readonly data: unknown }
  | { readonly kind: 'page-data'; readonly page: number; readonly data: unknown };

/** A recent project, for the shell's menu. */
export interface RecentEntry {
  readonly token: string;
  readonly name: string;
  readonly where: string;
}

/** Expected failures cross as data: a sentence, and what to do. */
export type ShellOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly message: string;
      readonly hint: string | null;
      /** The message says what would stop in the open project: asked with `anyway`, it is done. */
      readonly stopsWork: boolean;
    };

/** What the shell asks of the backend: what its menu, its command line and the system's file manager want. */
export interface BackendCalls {
  open(path: string, anyway: boolean): Promise<ShellOutcome>;
  openRecent(token: string, anyway: boolean): Promise<ShellOutcome>;
  openSample(anyway: boolean): Promise<ShellOutcome>;
  /** Asks where, through the shell's own dialog. */
  create(suggestedName: string, anyway: boolean): Promise<ShellOutcome>;
  closeProject(anyway: boolean): Promise<ShellOutcome>;
  /** What closing Entail would stop, in a sentence; null: nothing that anyone waits for. */
  stoppedByLeaving(): Promise<string | null>;
  recent(): Promise<RecentEntry[]>;
  /** Closes the project in order; the process may be ended after it. */
  shutdown(): Promise<void>;
  engineExited(engine: number, how: string): void;
}

/** What the backend asks of the shell: see `Host`, and the engine where the backend can't start one itself. */
export interface ShellCalls {
  openProjectDialog(): Promise<string | null>;
  newProjectDialog(suggestedName: string): Promise<string | null>;
  openFilesDialog(what: 'files' | 'folder'): Promise<string[]>;
  openModelDialog(): Promise<string | null>;
  saveFileDialog(suggestedName: string): Promise<string | null>;
  saveFolderDialog(suggestedName: string): Promise<string | null>;
  showInFolder(path: string): Promise<void>;
  moveToTrash(path: string): Promise<void>;
  seal(text: string): Promise<string | null>;
  unseal(sealed: string): Promise<string | null>;
  projectChanged(path: string | null): void;
  startEngine(engine: number): void;
  killEngine(engine: number): void;
}
