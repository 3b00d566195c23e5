/** How long a time is (ISO 8601, 4.4.4.2): LibreOffice writes PT06H14M24.000000000S. */
const DURATION = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;
/** A number that is shown with zeros before it. */
const ZEROS = /^0\d+$/;
const LONG_INTEGER = /^-?\d{16,}$/;

type Attributes = Readonly<Record<string, string>>;

/** A cell of OpenDocument that is being read (ODF 1.3 part 3, 9.1.4 and 19.387). */
export class OdsCell {
  readonly #attributes: Attributes;
  readonly #covered: boolean;
  #text = '';
  #paragraphs = 0;
  #inParagraph = 0;

  constructor(attributes: Attributes, covered: boolean) {
    this.#attributes = attributes;
    this.#covered = covered;
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'p' || name === 'h') {
      if (this.#paragraphs++ > 0) this.#text += '\n';
      this.#inParagraph += 1;
    } else if (name === 's') {
      this.#text += ' '.repeat(Math.min(Number(attributes['text:c'] ?? '1') || 1, 10_000));
    } else if (name === 'tab') {
      this.#text += '\t';
    } else if (name === 'line-break') {
      this.#text += '\n';
    }
  }

  /** Blanks of the file's own layout are one (ODF 1.3 part 3, 6.1.2). */
  text(text: string): void {
    if (this.#inParagraph > 0) this.#text += text.replaceAll(/[ \t\r\n]+/g, ' ');
  }

  close(name: string): void {
    if (name === 'p' || name === 'h') this.#inParagraph -= 1;
  }

  get repeated(): number {
    return positive(this.#attributes['table:number-columns-repeated']);
  }

  get rowsSpanned(): number {
    return positive(this.#attributes['table:number-rows-spanned']);
  }

  /** A formula whose value nobody computed. */
  get isUncomputed(): boolean {
    return this.#attributes['table:formula'] !== undefined && !this.#hasFailed && this.value === null;
  }

  /** It shows an error, in the language of whoever saved it. */
  get #hasFailed(): boolean {
    return this.#attributes['calcext:value-type'] === 'error';
  }

  /** Dates as ISO 8601, times as hours, minutes and seconds; null: it says nothing. */
  get value(): unknown {
    if (this.#covered || this.#hasFailed) return null;
    const said = (name: string) => this.#attributes[`office:${name}`];
    switch (said('value-type')) {
      case 'string':
        return this.#text || (said('string-value') ?? '');
      case 'float':
      case 'currency':
      case 'percentage':
        return numberOf(said('value'), this.#text);
      case 'boolean': {
        const value = said('boolean-value');
        return value === undefined ? null : value === 'true';
      }
      case 'date':
        return dateOf(said('date-value'));
      case 'time':
        return timeOf(said('time-value'));
      default:
        return this.#text || null;
    }
  }
}

function numberOf(said: string | undefined, shown: string): unknown {
  if (said === undefined || said.trim() === '') return null;
  const value = Number(said);
  if (ZEROS.test(shown) && Number(shown) === value) return shown;
  // An id with more digits than a number keeps has them all as text.
  return LONG_INTEGER.test(said) && BigInt(said) !== BigInt(value) ? said : value;
}

function dateOf(said: string | undefined): string | null {
  if (!said) return null;
  return said.replace(/(T\d\d:\d\d:\d\d)[.,]\d+/, '$1').replace(/T00:00:00$/, '');
}

function timeOf(said: string | undefined): string | null {
  if (!said) return null;
  const found = DURATION.exec(said);
  if (!found) return said;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  const all = Math.round(
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds.replace(',', '.')),
  );
  const two = (value: number) => String(value).padStart(2, '0');
  return `${sign}${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

/** How often something is repeated, or how far it reaches: once where it is not said. */
export function positive(said: string | undefined): number {
  const count = Number(said ?? '1');
  return Number.isInteger(count) && count > 0 ? count : 1;
}
