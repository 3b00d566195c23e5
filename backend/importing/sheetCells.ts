/** Values that Excel shows for a formula that failed. */
const ERROR = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/;

/**
 * What a cell says, as text: dates as ISO 8601 without a time zone, since sheets have none; numbers with the 15 digits that
 * sheets keep, whole ones without a point; of a formula its value, nothing where that failed.
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return ERROR.test(value) ? '' : value;
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Date) return dateText(value);
  return String(value);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return '';
  const kept = Number(value.toPrecision(15));
  return Math.abs(kept) < 1e21 ? String(kept) : kept.toFixed(0);
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return '';
  const [day = '', time = ''] = value.toISOString().slice(0, 19).split('T');
  // A time of day is a date before the first one that there is.
  if (value.getUTCFullYear() < 1900) return time;
  return time === '00:00:00' ? day : `${day}T${time}`;
}
