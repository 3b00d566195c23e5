/**
 * Whether a regular expression can take exponential time: it repeats, without a small limit, something that can
 * itself be repeated or read in two ways, like `(a+)+` or `(a|a)*`. Cautious: it may refuse a harmless pattern.
 */
export function canBacktrackExponentially(pattern: string): boolean {
  return new Scanner(pattern).alternatives(0).dangerous;
}

/** What is known of a part: does it repeat without limit, is it ambiguous, what does it begin with? */
interface Part {
  repeats: boolean;
  dangerous: boolean;
  /** Literal first character, or null where the part can begin in several ways. */
  first: string | null;
  branches: boolean;
}

/** From this many on, repetitions count as unlimited. */
const MANY = 8;
const MAX_DEPTH = 64;

class Scanner {
  private position = 0;
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  alternatives(depth: number): Part {
    if (depth > MAX_DEPTH) return { repeats: true, dangerous: true, first: null, branches: true };
    const branches = [this.sequence(depth)];
    while (this.pattern[this.position] === '|') {
      this.position++;
      branches.push(this.sequence(depth));
    }
    const firsts = branches.map((branch) => branch.first);
    const distinct = !firsts.includes(null) && new Set(firsts).size === firsts.length;
    return {
      repeats: branches.some((branch) => branch.repeats),
      dangerous: branches.some((branch) => branch.dangerous),
      first: branches.length === 1 ? (firsts[0] ?? null) : null,
      branches: (branches.length > 1 && !distinct) || branches.some((branch) => branch.branches),
    };
  }

  private sequence(depth: number): Part {
    const whole: Part = { repeats: false, dangerous: false, first: null, branches: false };
    let length = 0;
    while (this.position < this.pattern.length && !'|)'.includes(this.pattern[this.position] ?? '')) {
      const part = this.atom(depth);
      const maximum = this.quantifier();
      if (maximum >= MANY) {
        if (part.repeats || part.branches) whole.dangerous = true;
        part.repeats = true;
      }
      whole.repeats ||= part.repeats;
      whole.dangerous ||= part.dangerous;
      whole.branches ||= part.branches;
      if (length === 0 && maximum === 1) whole.first = part.first;
      length++;
    }
    return whole;
  }

  private atom(depth: number): Part {
    const plain: Part = { repeats: false, dangerous: false, first: null, branches: false };
    const character = this.pattern[this.position] ?? '';
    this.position++;
    if (character === '(') {
      this.skipGroupPrefix();
      const group = this.alternatives(depth + 1);
      if (this.pattern[this.position] === ')') this.position++;
      return group;
    }
    if (character === '[') {
      this.skipClass();
      return plain;
    }
    if (character === '\\') return this.escape(plain);
    return '.^$'.includes(character) ? plain : { ...plain, first: character };
  }

  private escape(plain: Part): Part {
    const next = this.pattern[this.position] ?? '';
    this.position++;
    if (/[1-9k]/.test(next)) return { ...plain, dangerous: true };
    if (/[pPxu]/.test(next) && this.pattern[this.position] === '{') {
      const end = this.pattern.indexOf('}', this.position);
      this.position = end < 0 ? this.pattern.length : end + 1;
    }
    return plain;
  }

  /** After "(": "?:", "?=", "?!", "?<=", "?<!", "?>", "?<name>", "?i:". */
  private skipGroupPrefix(): void {
    const prefix = /\?(?:<[=!]|<\w+>|[a-z-]*:|[=!>])/y;
    prefix.lastIndex = this.position;
    if (prefix.test(this.pattern)) this.position = prefix.lastIndex;
  }

  private skipClass(): void {
    if (this.pattern[this.position] === '^') this.position++;
    if (this.pattern[this.position] === ']') this.position++;
    let depth = 1;
    while (this.position < this.pattern.length && depth > 0) {
      const character = this.pattern[this.position];
      if (character === '\\') this.position++;
      else if (character === '[') depth++;
      else if (character === ']') depth--;
      this.position++;
    }
  }

  /** The greatest number of repetitions that the quantifiers at the current place allow; 1 without any. */
  private quantifier(): number {
    let maximum = 1;
    const token = /[*+?]|\{(\d*)(,?)(\d*)\}/y;
    for (;;) {
      token.lastIndex = this.position;
      const match = token.exec(this.pattern);
      if (match === null) return maximum;
      this.position = token.lastIndex;
      maximum = Math.max(maximum, timesOf(match));
    }
  }
}

function timesOf([text, low = '', comma = '', high = '']: RegExpExecArray): number {
  if (text === '?') return 1.5;
  if (text === '*' || text === '+') return Number.POSITIVE_INFINITY;
  if (comma === '') return Number(low);
  return high === '' ? Number.POSITIVE_INFINITY : Number(high);
}
