/** xorshift32: the same seed gives the same numbers on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  }

  /** 0 to below `end`. */
  integer(end: number): number {
    let s = this.#state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.#state = s >>> 0;
    return this.#state % Math.max(1, end);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(list.length)] as T;
  }
}

const TOKENS = [
  ...['1e999', '-0', '9007199254740993', 'null', '"__proto__"', '"\\ud800"', '\0', '\uFEFF', '"', '""', '\\'],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '\n',
    '\r',
    '\t',
    '|',
    ';',
    '__label__',
    '\u202e',
    '\u2028',
    '=1+1',
    'NaN',
  ],
  ...['{"a":'.repeat(120), '['.repeat(3000), ','.repeat(1200), 'x'.repeat(50_000), '\n'.repeat(300)],
];
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, 1e-320, 9007199254740992, 8.64e15, '', ' ', '__proto__', '\ud800', '\0'],
  ...['a'.repeat(5000), [], {}, [[]], [{}], [null], [1, 2], ['a', 'a'], { choices: 'x' }, { toString: 1 }],
  ...[{ length: 1e9 }, '1970-13-45', { toJSON: 1 }, JSON.parse('{"__proto__":{"polluted":1}}')],
];
const KEYS = [
  ...['__proto__', 'id', 'text', 'labels', 'label', 'cats', 'responses', 'suggestions', 'fields', 'meta'],
  ...['options', 'accept', 'answer', '_timestamp', 'annotations', 'predictions', 'status', 'split', 'score'],
  ...['seconds', 'data', 'rejected', 'x.responses', 'Comments', 'annotator', 'comment', 'constructor'],
];
const WORDS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const LONGEST = 300_000;

const join = (...parts: readonly Uint8Array[]) => Buffer.concat(parts);

/** Changed in bytes: flipped, cut, repeated, with tokens put in, or spliced with a part of `other`. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: Random): Buffer {
  let own: Buffer = Buffer.from(bytes);
  for (let i = random.integer(4); i >= 0; i--) {
    const at = random.integer(own.length + 1);
    const length = random.integer(400);
    switch (random.integer(8)) {
      case 0:
        for (let k = random.integer(12); k >= 0 && own.length > 0; k--) {
          const place = random.integer(own.length);
          own[place] = (own[place] ?? 0) ^ (1 << random.integer(8));
        }
        break;
      case 1:
        own = own.subarray(0, at);
        break;
      case 2:
        own = join(own.subarray(0, at), own.subarray(at + length));
        break;
      case 3:
        own = join(own.subarray(0, at + length), own.subarray(at));
        break;
      case 4: {
        const from = random.integer(other.length);
        const part = other.subarray(from, from + random.integer(1500));
        own = join(own.subarray(0, at), part, own.subarray(at));
        break;
      }
      case 5:
        if (own.length > 4) own.writeUInt32LE(random.pick(WORDS), random.integer(own.length - 3));
        break;
      default:
        own = join(own.subarray(0, at), Buffer.from(random.pick(TOKENS)), own.subarray(at));
    }
  }
  return Buffer.from(own.subarray(0, LONGEST));
}

type Holder = Record<string, unknown>;

/** Every place in a JSON value: who holds it, and under which key. */
function places(value: unknown, found: [Holder, string][] = []): [Holder, string][] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value as Holder;
  for (const key of Object.keys(holder)) {
    found.push([holder, key]);
    places(holder[key], found);
  }
  return found;
}

/** Lines of JSON, changed in structure: values of other kinds, fields gone, moved or added. */
export function mutateJsonLines(text: string, random: Random): Buffer {
  const rows = text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
  for (let i = random.integer(4); i >= 0; i--) {
    const all = places(rows);
    if (all.length === 0) break;
    const [holder, key] = random.pick(all);
    const set = (name: string, value: unknown) =>
      Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
    const kind = random.integer(5);
    if (kind === 0) delete holder[key];
    else if (kind === 1) {
      const [from, name] = random.pick(all);
      if (Object.hasOwn(from, name)) set(key, structuredClone(from[name]));
    } else if (kind === 2 && !Array.isArray(holder))
      set(random.pick(KEYS), structuredClone(random.pick(VALUES)));
    else set(key, structuredClone(random.pick(VALUES)));
  }
  return Buffer.from(rows.map((row) => `${JSON.stringify(row) ?? ''}\n`).join(''));
}
