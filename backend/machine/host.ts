/** What the surroundings of the backend can do for it: dialogs and the system's file manager. */
export interface Host {
  readonly kind: 'electron' | 'web';
  /** The file of a project to open; null: the person cancelled. */
  openProjectDialog(): Promise<string | null>;
  /** Where a new project goes. */
  newProjectDialog(suggestedName: string): Promise<string | null>;
  /** Files and folders to import; none: the person cancelled. */
  openFilesDialog(what: 'files' | 'folder'): Promise<string[]>;
  /** The folder of a model; null: the person cancelled. */
  openModelDialog(): Promise<string | null>;
  /** Where a file goes; one that is there was agreed to be replaced. */
  saveFileDialog(suggestedName: string): Promise<string | null>;
  /** Where a new folder goes. */
  saveFolderDialog(suggestedName: string): Promise<string | null>;
  showInFolder(path: string): Promise<void>;
  /** Puts a file or folder into the system's trash. Throws where there is none, or it takes it not. */
  moveToTrash(path: string): Promise<void>;
  /** Seals a secret with a key of the system's store; null: there is no such store, and the secret must not be written. */
  seal(text: string): Promise<string | null>;
  /** What was sealed; null: the store does not give it back. */
  unseal(sealed: string): Promise<string | null>;
  /** Tells which project is open now, by its path; null: none. */
  projectChanged?(path: string | null): void;
}
