import { oneLine } from '../../process/oneLine.ts';
import { nameKey } from '../labels/nameKey.ts';

const BETWEEN = [',', ';', '|', '/', '&', '+', '#', '\n'] as const;
const MOST_NAMED = 5;

/**
 * Labels of files that are made of other labels: "price, late" where both are labels, too. Cells with different signs
 * between their labels make such ones. Those that the project has are meant.
 */
function joinedLabels(names: ReadonlySet<string>, known: readonly string[]): string[] {
  const meant = new Set(known.map(nameKey));
  const keys = new Set([...meant, ...[...names].map(nameKey)]);
  const isJoined = (name: string) =>
    BETWEEN.some((sign) => {
      const parts = name.split(sign).map(nameKey);
      return parts.length > 1 && parts.every((part) => keys.has(part));
    });
  return [...names].filter((name) => !meant.has(nameKey(name)) && isJoined(name));
}

/** Says so, for it is seen too late in a long list of labels. */
export function joinedNotes(names: ReadonlySet<string>, known: readonly string[]): string[] {
  const joined = joinedLabels(names, known);
  if (joined.length === 0) return [];
  const shown = joined.slice(0, MOST_NAMED).map((name) => `"${oneLine(name)}"`);
  const more = joined.length > shown.length ? ` and ${joined.length - shown.length} more` : '';
  const are = joined.length === 1 ? 'one label, and is' : 'one label each, and are';
  return [
    `${shown.join(', ')}${more} became ${are} made of other labels: where several stand in one cell, the same sign has to stand between them everywhere.`,
  ];
}
