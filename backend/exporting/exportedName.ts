import { safeFileName } from '../files/names.ts';

/** The name of an exported file: that of the project and what the format is, which the ending has not said already. */
export function exportedName(
  project: string,
  format: { readonly name: string; readonly extension: string },
): string {
  const ending = format.extension.slice(1);
  const what = format.name.split('-').filter((part) => part !== ending);
  return `${safeFileName([project, what.join('-')].join(' '))}${format.extension}`;
}
