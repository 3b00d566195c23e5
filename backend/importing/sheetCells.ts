/** Values that Excel shows for a formula that failed. */
const ERROR = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/;

/**
 * What a cell says, as text: dates as ISO 8601 without a time zone, since sheets have none; whole numbers with all digits
 * that the file keeps, since they may be ids, others with the 15 that sheets show; of a formula its value, nothing where
 * that failed.
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
  const kept = Number.isInteger(value) ? value : Number(value.toPrecision(15));
  return Math.abs(kept) < 1e21 ? String(kept) : BigInt(kept).toString();
}

/** Whether a cell is a whole number so large that others look the same to a sheet: its last digits are lost. */
export const isRounded = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);

/** Day 0 of Excel's count, and what no list is as old as. */
const FIRST_DAY = Date.UTC(1899, 11, 31);
const LONG_TIMES = Date.UTC(1900, 1, 1);

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return '';
  const [day = '', time = ''] = value.toISOString().slice(0, 19).split('T');
  // A time of day is a date before the first one that there is; one shortly after it is a time of more than a day.
  if (value.getUTCFullYear() < 1900) return time;
  // In a workbook that counts from 1904 a time of day is one of its first day.
  if (day === '1904-01-01' && time !== '00:00:00') return time;
  if (value.getTime() < LONG_TIMES && time !== '00:00:00') {
    const hours = Math.floor((value.getTime() - FIRST_DAY) / 3_600_000);
    return `${hours}${time.slice(2)}`;
  }
  return time === '00:00:00' ? day : `${day}T${time}`;
}
