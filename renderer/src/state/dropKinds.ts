import type { ImportFormat } from '../../../contract/index.ts';
import { f, fromBackend, t } from '../texts/index.ts';

/** What becomes of files that are dropped, by their names' endings. */
export interface DropKinds {
  /** Places in the list of what goes to the import screen. */
  readonly take: readonly number[];
  /** Why the rest is left out; null: nothing is. */
  readonly refused: Refusal | null;
}

export type Refusal =
  | { readonly kind: 'project' | 'mixed' }
  /** `name`: the first of what can't be read, `more`: how many others there are. */
  | { readonly kind: 'unreadable'; readonly name: string; readonly more: number };

/** What no text is in, or none that can be read unless a format says so; of other endings the import looks into the file itself. */
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

/**
 * Files that may have text in them are imported, what is known to have none is refused. A project
 * that comes alone is the desktop shell's to open: here it is refused, as one among documents is. Pure.
 */
export function kindsOf(names: readonly string[], formats: readonly ImportFormat[]): DropKinds {
  const endings = names.map(endingOf);
  if (endings.includes(PROJECT)) {
    const alone = endings.every((ending) => ending === PROJECT);
    return { take: [], refused: { kind: alone ? 'project' : 'mixed' } };
  }
  const known = new Set(formats.flatMap((format) => Object.keys(format.endings)));
  const isReadable = (ending: string | null) =>
    ending === null || known.has(`.${ending}`) || !UNREADABLE.has(ending);
  const take = [...names.keys()].filter((i) => isReadable(endings[i]!));
  const others = names.filter((_, i) => !isReadable(endings[i]!));
  const [name] = others;
  return {
    take,
    refused: name === undefined ? null : { kind: 'unreadable', name, more: others.length - 1 },
  };
}

/** Why something was left out, in a sentence. */
export function refusedInWords(refused: Refusal, formats: readonly ImportFormat[]): string {
  const { drop } = t().app;
  if (refused.kind === 'unreadable') {
    const kinds = new Set(formats.flatMap((format) => Object.values(format.endings)));
    return drop.refused(refused.name, refused.more, f().list([...kinds].map(fromBackend)));
  }
  return refused.kind === 'project' ? drop.projectAlone : drop.mixed;
}

/** In small letters; null: none, as of ".profile" and "README". */
function endingOf(name: string): string | null {
  const found = /[^/\\]\.([^./\\]*)$/.exec(name)?.[1];
  return found ? found.toLowerCase() : null;
}
