/** Texts that more than one place shows; a screen's own texts stand in the screen. */
export const strings = {
  unanswered: 'Entail does not answer. Is it still running?',
  lost: 'Entail is starting again. Everything you saved is there; this takes a moment.',
  back: 'Entail is back. Nothing was lost.',
  usedLink: {
    title: 'This link was used before',
    text: 'For your safety a link opens once. Start Entail again, or ask for a new link in the terminal.',
  },
  screens: {
    annotate: 'Annotate',
    browse: 'Browse',
    labels: 'Labels',
    train: 'Train',
    evaluate: 'Evaluate',
    import: 'Import',
    export: 'Export',
    settings: 'Settings',
  },
} as const;

/** 1234 → "1,234 documents", 1 → "1 document". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** 1536 → "1.5 KB". */
export function size(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 })} ${UNITS[unit]}`;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** 75 → "1 min 15 s", 4000 → "1 h 7 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** "Mar 20, 2026, 2:05 PM", as the person's language has it, for a moment in ISO 8601. */
export const moment = (at: string): string => moments.format(new Date(at));

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const SPANS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "3 hours ago" for a moment in ISO 8601; "just now" under a minute. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (now - Date.parse(moment)) / 1000;
  if (Number.isNaN(seconds)) return '';
  const span = SPANS.find(([, length]) => seconds >= length);
  return span ? relative.format(-Math.floor(seconds / span[1]), span[0]) : 'just now';
}
