/** What becomes of files that are dropped, by their names' endings. */
export interface DropKinds {
  /** Places in the list of what goes to the import screen. */
  readonly take: readonly number[];
  /** Why the rest is left out, in a sentence; null: nothing is. */
  readonly refused: string | null;
}

/** What no text is in, or none that can be read; of other endings the import looks into the file itself. */
const UNREADABLE = new Set(
  [
    'pdf doc docx odt rtf pages xls xlsx ods numbers ppt pptx odp key epub',
    'zip gz tgz bz2 xz zst 7z rar tar',
    'exe dll msi app dmg pkg deb rpm appimage iso bat cmd com scr ps1 sh jar',
    'png jpg jpeg gif webp bmp tif tiff heic ico mp3 m4a wav flac ogg mp4 mov avi mkv webm',
    'db sqlite sqlite3 onnx safetensors pt pth bin pkl npy npz',
  ].flatMap((line) => line.split(' ')),
);
const PROJECT = 'entail';
const KINDS = 'CSV, TSV, JSON, JSON Lines, Parquet, text and Markdown';

/**
 * Files that may have text in them are imported, what is known to have none is refused. A project
 * that comes alone is the desktop shell's to open: here it is refused, as one among documents is. Pure.
 */
export function kindsOf(names: readonly string[]): DropKinds {
  const endings = names.map(endingOf);
  if (endings.includes(PROJECT)) {
    const alone = endings.every((ending) => ending === PROJECT);
    return {
      take: [],
      refused: alone
        ? 'A project is not imported. Open it on the start screen.'
        : 'A project came together with documents: nothing was done. Drop the project alone to open it, documents alone to import them.',
    };
  }
  const isReadable = (ending: string | null) => ending === null || !UNREADABLE.has(ending);
  const take = [...names.keys()].filter((i) => isReadable(endings[i]!));
  const others = names.filter((_, i) => !isReadable(endings[i]!));
  if (others.length === 0) return { take, refused: null };
  const which = others.length === 1 ? `“${others[0]}”` : `“${others[0]}” and ${others.length - 1} more`;
  return { take, refused: `${which} can’t be imported. Entail reads ${KINDS}.` };
}

/** In small letters; null: none, as of ".profile" and "README". */
function endingOf(name: string): string | null {
  const found = /[^/\\]\.([^./\\]*)$/.exec(name)?.[1];
  return found ? found.toLowerCase() : null;
}
