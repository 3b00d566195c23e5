/** So many files are handed over one by one; a folder with more is better packed into one. */
export const MOST_FILES = 1000;

/**
 * All files of what was dropped, those inside folders too; hidden ones are left out. Never a part of them: null where they are
 * more than `MOST_FILES`.
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<File[] | null> {
  // Entries must be asked for before the first await: the list is emptied afterwards.
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  if (entries.every((entry) => !entry?.isDirectory)) return files.length > MOST_FILES ? null : [...files];
  const found: File[] = [];
  for (const entry of entries) {
    const before = found.length;
    if (entry) await collect(entry, found);
    if (entry?.isDirectory) for (const file of found.slice(before)) inFolders.add(file);
  }
  return found.length > MOST_FILES ? null : found;
}

/** Files that came in a folder, where the browser does not say so itself. */
const inFolders = new WeakSet<File>();

/** Whether a file was chosen or dropped with the folder that it lies in. */
export const isFromFolder = (file: File): boolean => file.webkitRelativePath !== '' || inFolders.has(file);

async function collect(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (entry.name.startsWith('.') || found.length > MOST_FILES) return;
  if (isFile(entry)) {
    found.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is read in parts of a hundred entries; an empty part is the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return;
    for (const inside of part) await collect(inside, found);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
