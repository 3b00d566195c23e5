/** Bytes of UTF-8; leaves room for an extension within the 255 that file systems allow. */
const MAX_BYTES = 120;
/** What a path, Windows, a shell or a terminal reads as something else, and what can't be seen. */
const UNSAFE = /[/\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/gu;
/** Names that mean devices to Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=$|[. ])/i;

/**
 * A file name on Linux, macOS and Windows alike for any text, without extension: never a path, a device, empty, hidden
 * or longer than 120 bytes; in Unicode's NFC. Different texts may give the same name.
 */
export function safeFileName(text: string): string {
  const clean = trimmed(text.normalize('NFC').replace(UNSAFE, '_'));
  const name = DEVICE.test(clean) ? `_${clean}` : clean;
  return within(name, MAX_BYTES) || '_';
}

/** Windows drops dots and spaces at the end; dots at the start hide a file. */
const trimmed = (name: string) => name.replace(/^[\s.]+/u, '').replace(/[\s.]+$/u, '');

/** As many whole characters as fit. */
function within(name: string, bytes: number): string {
  if (Buffer.byteLength(name) <= bytes) return name;
  let kept = '';
  let used = 0;
  for (const character of name) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return trimmed(kept);
}
