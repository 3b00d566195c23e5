import { type FileMetaData, parquetSchema } from 'hyparquet';
import { isObject } from '../fields.ts';
import type { JsonObject } from '../json.ts';

type Tree = ReturnType<typeof parquetSchema>;
type Element = Tree['element'];
type Convert = (value: unknown) => unknown;

/** How rows of a Parquet file are read so that its values lose nothing. */
export interface ParquetValues {
  /** With the types that we read ourselves taken for what they are stored as. */
  readonly metadata: FileMetaData;
  /** A row with these as people write them; nothing else of it changes. */
  converted(row: JsonObject): JsonObject;
}

/**
 * Decimals are read digit by digit, as the library makes floating numbers of them, which have not all digits; moments with
 * all digits of their seconds, and those of no time zone as such; times of day and numbers of 16 and 32 bits as they are
 * written elsewhere, and spans of time at all (Parquet's LogicalTypes.md).
 */
export function parquetValues(metadata: FileMetaData): ParquetValues {
  const columns = parquetSchema(metadata).children.flatMap((column) => {
    const convert = convertOf(column);
    return convert === null ? [] : [[column.element.name, convert] as const];
  });
  return {
    metadata: { ...metadata, schema: metadata.schema.map(asStored) },
    converted: (row) =>
      columns.length === 0
        ? row
        : { ...row, ...Object.fromEntries(columns.map(([name, convert]) => [name, convert(row[name])])) },
  };
}

/** Types that the library would read. */
const OWN: readonly unknown[] = ['DECIMAL', 'INTERVAL', 'TIMESTAMP_MILLIS', 'TIMESTAMP_MICROS'];

function asStored(element: Element): Element {
  if (!OWN.includes(element.converted_type) && element.logical_type?.type !== 'TIMESTAMP') return element;
  const { converted_type: _, logical_type: __, ...stored } = element;
  return stored;
}

/** null: nothing within it is converted. A list is an array of its elements, a map an object, as the library has them. */
function convertOf({ element, children }: Tree): Convert | null {
  const [child] = children;
  const own =
    child === undefined
      ? leafOf(element)
      : element.converted_type === 'LIST'
        ? convertOf(child.children.length === 1 ? child.children[0]! : child)
        : element.converted_type === 'MAP'
          ? valuesOf(convertOf(child.children[1] ?? child))
          : fieldsOf(children);
  if (own === null) return null;
  const each: Convert = (value) =>
    value === null || value === undefined ? value : Array.isArray(value) ? value.map(each) : own(value);
  return each;
}

const valuesOf = (convert: Convert | null): Convert | null =>
  convert && ((map) => withValues(map, () => convert));

function fieldsOf(children: readonly Tree[]): Convert | null {
  const fields = new Map(
    children.flatMap((child) => {
      const convert = convertOf(child);
      return convert === null ? [] : [[child.element.name, convert] as const];
    }),
  );
  return fields.size === 0 ? null : (record) => withValues(record, (name) => fields.get(name));
}

const withValues = (record: unknown, convert: (name: string) => Convert | undefined): unknown =>
  isObject(record)
    ? Object.fromEntries(
        Object.entries(record).map(([name, value]) => [name, convert(name)?.(value) ?? value]),
      )
    : record;

function leafOf({ type, converted_type: kind, logical_type: logical, scale = 0 }: Element): Convert | null {
  if (kind === 'DECIMAL') return (value) => decimalOf(value, scale);
  if (logical?.type === 'DECIMAL') return (value) => decimalOf(value, logical.scale);
  if (kind === 'INTERVAL') return intervalOf;
  if (logical?.type === 'TIME') return (value) => timeOf(value, DIGITS[logical.unit]);
  if (kind === 'TIME_MILLIS' || kind === 'TIME_MICROS')
    return (value) => timeOf(value, kind === 'TIME_MILLIS' ? DIGITS.MILLIS : DIGITS.MICROS);
  if (logical?.type === 'TIMESTAMP')
    return (value) => momentOf(value, DIGITS[logical.unit], logical.isAdjustedToUTC ? 'Z' : '');
  if (kind === 'TIMESTAMP_MILLIS' || kind === 'TIMESTAMP_MICROS')
    return (value) => momentOf(value, kind === 'TIMESTAMP_MILLIS' ? DIGITS.MILLIS : DIGITS.MICROS, 'Z');
  if (logical?.type === 'FLOAT16') return shortestIn(isOf16Bits);
  return type === 'FLOAT' ? shortestIn((short, value) => Math.fround(short) === value) : null;
}

/** A whole number as it is stored: two's complement from the greatest byte on, where it is bytes. */
function wholeOf(value: unknown): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null;
  if (!(value instanceof Uint8Array)) return null;
  const hex = Buffer.from(value).toString('hex');
  return hex === '' ? 0n : BigInt.asIntN(value.length * 8, BigInt(`0x${hex}`));
}

/** Digits that a floating number keeps of any decimal. */
const KEPT = 15;

/** A number, where it is the same; else its digits. */
function decimalOf(value: unknown, scale: number): unknown {
  const whole = wholeOf(value);
  if (whole === null) return value;
  const digits = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = digits.slice(point).replace(/0+$/, '');
  const text = `${whole < 0n ? '-' : ''}${digits.slice(0, point)}${fraction && `.${fraction}`}`;
  const isKept = text.replace(/^-?0*\.?0*/, '').replace('.', '').length <= KEPT;
  return isKept ? Number(text) : text;
}

/** Digits behind the seconds. */
const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

/** A time of day since midnight: "12:30:00", with a fraction where it has one. */
function timeOf(value: unknown, digits: number): unknown {
  const whole = wholeOf(value);
  if (whole === null || whole < 0n) return value;
  const unit = 10n ** BigInt(digits);
  const seconds = whole / unit;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const fraction = String(whole % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

/** A moment since 1970: "2024-05-01T12:30:00Z", with a fraction where it has one, and a day where it is midnight. */
function momentOf(value: unknown, digits: number, zone: 'Z' | ''): unknown {
  const whole = wholeOf(value);
  if (whole === null) return value;
  const unit = 10n ** BigInt(digits);
  const rest = ((whole % unit) + unit) % unit;
  const date = new Date(Number((whole - rest) / unit) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const [day = '', time = ''] = date.toISOString().slice(0, -'.000Z'.length).split('T');
  const fraction = String(rest)
    .padStart(digits, '0')
    .replace(/(?:000)+$/, '');
  if (time === '00:00:00' && fraction === '') return day;
  return `${day}T${time}${fraction && `.${fraction}`}${zone}`;
}

/** Months, days and milliseconds as ISO 8601 has them: "P1M2DT3.5S". */
function intervalOf(value: unknown): unknown {
  if (!(value instanceof Uint8Array) || value.length !== 12) return value;
  const view = new DataView(value.buffer, value.byteOffset);
  const [months, days, ms] = [0, 4, 8].map((at) => view.getUint32(at, true));
  const parts = [months && `${months}M`, days && `${days}D`, ms && `T${ms / 1000}S`];
  return `P${parts.filter(Boolean).join('') || 'T0S'}`;
}

/** The shortest number that is the same in fewer bits: 0.1, where in 64 it is 0.10000000149011612. */
const shortestIn =
  (isSame: (short: number, value: number) => boolean): Convert =>
  (value) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isFinite(value)) return value;
    for (let digits = 1; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (isSame(short, value)) return short;
    }
    return Number(value.toPrecision(9));
  };

/** Exponent of the least numbers of 16 bits that have all digits, and digits behind the first one (IEEE 754, binary16). */
const LEAST_EXPONENT = -14;
const FRACTION_BITS = 10;

/** Whether a number is this one of 16 bits once it is rounded to so many. */
function isOf16Bits(short: number, value: number): boolean {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), LEAST_EXPONENT);
  const step = 2 ** (exponent - FRACTION_BITS);
  // Below a power of two numbers lie twice as close.
  const isBelow = Math.abs(value) === 2 ** exponent && Math.abs(short) < Math.abs(value);
  return Math.abs(short - value) < step / (isBelow ? 4 : 2);
}
