import type { Language } from './language.ts';

/** How a number of things is written; `#` stands for the number. `one` and `other` are all that these languages have. */
export interface Forms {
  readonly one: string;
  readonly other: string;
}

const UNITS = ['KB', 'MB', 'GB', 'TB'] as const;
const BYTES = {
  en: { one: '# byte', other: '# bytes' },
  de: { one: '# Byte', other: '# Byte' },
} as const satisfies Record<Language, Forms>;
const SPANS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** As tables and workbooks are read: day, time, seconds, zone. */
const ISO_DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const QUOTES = { en: ['“', '”'], de: ['„', '“'] } as const satisfies Record<
  Language,
  readonly [string, string]
>;

/** Numbers, sizes and times as a language writes them. */
export function formats(language: Language) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const thousandths = new Intl.NumberFormat(language, {
    minimumFractionDigits: 3,
    maximumFractionDigits: 3,
  });
  const signed = new Intl.NumberFormat(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const rules = new Intl.PluralRules(language);
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const fieldDate = (style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC', ...style });
  const fieldDates = {
    date: fieldDate({}),
    minute: fieldDate({ timeStyle: 'short' }),
    second: fieldDate({ timeStyle: 'medium' }),
  };
  const quoted = (name: string): string => `${QUOTES[language][0]}${name}${QUOTES[language][1]}`;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const languages = new Intl.DisplayNames(language, { type: 'language' });
  const number = (value: number): string => whole.format(value);
  const plural = (value: number, { one, other }: Forms): string =>
    (rules.select(value) === 'one' ? one : other).replace('#', () => number(value));
  return {
    /** 1234 → "1,234". */
    number,
    /** (1234, {one: '# document', other: '# documents'}) → "1,234 documents". */
    plural,
    /** A mean of counts: 1.42 → "1.4". */
    mean: (value: number): string => tenth.format(value),
    /** 0.834 → "83.4", without a sign for percent. */
    tenthsOf: (share: number): string => tenth.format(100 * share),
    /** 3.14 points → "+3.1". */
    points: (value: number): string => signed.format(value).replace('-', '−'),
    /** 0.69315 → "0.693". */
    loss: (value: number): string => thousandths.format(value),
    /** 0.834 → "83 %". */
    percent: (share: number): string => `${Math.round(share * 100)} %`,
    /** 1536 → "1.5 KB". */
    size(bytes: number): string {
      if (bytes < 1000) return plural(bytes, BYTES[language]);
      let unit = 0;
      let value = bytes / 1000;
      while (value >= 1000 && unit < UNITS.length - 1) {
        value /= 1000;
        unit += 1;
      }
      return `${(value < 10 ? tenths : whole).format(value)} ${UNITS[unit]}`;
    },
    /** 75 → "1 min 15 s", 4000 → "1 h 6 min". */
    duration(seconds: number): string {
      const all = Math.max(0, Math.round(seconds));
      if (all < 60) return `${all} s`;
      if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
      return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
    },
    /** "Mar 20, 2026, 2:05 PM" for a moment in ISO 8601. */
    moment: (at: string): string => moments.format(new Date(at)),
    /** "3 hours ago" for a moment in ISO 8601; null: under a minute. An empty text for what is no moment. */
    ago(at: string, now = Date.now()): string | null {
      const seconds = (now - Date.parse(at)) / 1000;
      if (Number.isNaN(seconds)) return '';
      const span = SPANS.find(([, length]) => seconds >= length);
      return span ? relative.format(-Math.floor(seconds / span[1]), span[0]) : null;
    },
    /** Names of labels in a sentence: “a”, “b, or c”. A name may hold what separates them. */
    names: (names: readonly string[]): string => names.map(quoted).join(', '),
    /**
     * A value of a document as the language writes it: "2026-03-20T14:05" → "Mar 20, 2026, 2:05 PM". A date is that of its
     * file, whatever the zone here is; what is no date stays as it is.
     */
    fieldText(value: string): string {
      const [whole, day, time, seconds, zone] = ISO_DATE.exec(value) ?? [];
      if (whole === undefined) return value;
      const at = new Date(`${day}T${time ?? '00:00'}:${seconds ?? '00'}Z`);
      // No calendar has it: 2025-02-30.
      if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) return value;
      if (time === undefined) return fieldDates.date.format(at);
      const shown = (at.getUTCSeconds() === 0 ? fieldDates.minute : fieldDates.second).format(at);
      return zone === undefined ? shown : `${shown} UTC${zone === 'Z' ? '' : zone.replace('-', '−')}`;
    },
    /** ISO codes of languages in a sentence: "German and French". */
    languages: (codes: readonly string[]): string =>
      list.format(codes.map((code) => languages.of(code) ?? code)),
    /** "a, b and c". */
    list: (names: readonly string[]): string => list.format(names),
  };
}
export type Formats = ReturnType<typeof formats>;
