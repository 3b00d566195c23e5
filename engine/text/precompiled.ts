import { EngineError } from '../errors.ts';

/**
 * The sentencepiece normaliser `Precompiled`: a table from byte sequences to replacements.
 *
 * Layout (sentencepiece, `Normalizer::DecodePrecompiledCharsMap`): uint32 size of the trie in bytes, the trie as
 * uint32 units of a double array (Darts-clone), then the replacements, each ended by a zero byte. All little endian.
 *
 * Follows the `spm_precompiled` crate, which is what Hugging Face models were trained with, also where it differs
 * from sentencepiece: grapheme clusters shorter than six bytes are looked up first, and the *shortest* match counts.
 *
 * Throws `tokenizer_broken` when the table does not have this layout.
 */
export function precompiledNormalizer(base64: string): (text: string) => string {
  const table = readTable(Buffer.from(base64, 'base64'));
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const known = new Map<string, string>();

  const lookUp = (grapheme: string): string => {
    let result = known.get(grapheme);
    if (result !== undefined) return result;
    result = normalizeGrapheme(table, grapheme);
    if (known.size > 20_000) known.clear();
    known.set(grapheme, result);
    return result;
  };

  const asciiUnchanged = PRINTABLE_ASCII.every((character) => lookUp(character) === character);
  return (text) => {
    if (!asciiUnchanged) return normalizeSlowly(segmenter, lookUp, text);
    // An ASCII run stays as it is, but for its last character, which a combining mark may follow.
    return text.replace(NOT_PLAIN, (part) => normalizeSlowly(segmenter, lookUp, part));
  };
}

interface Table {
  units: Uint32Array;
  replacements: Buffer;
}

const GRAPHEME_BYTES = 6;
const PRINTABLE_ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const NOT_PLAIN = /[ -~]?[^ -~]+/g;

function readTable(bytes: Buffer): Table {
  const trieBytes = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
  if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes + 4 > bytes.length) {
    throw new EngineError('tokenizer_broken', 'tokenizer.json has a damaged character table (Precompiled).');
  }
  const units = new Uint32Array(trieBytes / 4);
  for (let index = 0; index < units.length; index++) units[index] = bytes.readUInt32LE(4 + index * 4);
  return { units, replacements: bytes.subarray(4 + trieBytes) };
}

function normalizeSlowly(
  segmenter: Intl.Segmenter,
  lookUp: (grapheme: string) => string,
  text: string,
): string {
  let result = '';
  for (const { segment } of segmenter.segment(text)) result += lookUp(segment);
  return result;
}

function normalizeGrapheme(table: Table, grapheme: string): string {
  if (Buffer.byteLength(grapheme) < GRAPHEME_BYTES) {
    const whole = replacementOf(table, grapheme);
    if (whole !== null) return whole;
  }
  let result = '';
  for (const character of grapheme) result += replacementOf(table, character) ?? character;
  return result;
}

/** The replacement of the shortest prefix of `text` that the trie holds, or null. */
function replacementOf({ units, replacements }: Table, text: string): string | null {
  let position = offsetOf(units[0] ?? 0);
  for (const byte of Buffer.from(text)) {
    if (byte === 0) return null;
    position ^= byte;
    const unit = units[position];
    if (unit === undefined || labelOf(unit) !== byte) return null;
    position ^= offsetOf(unit);
    if (!hasLeaf(unit)) continue;
    const start = (units[position] ?? 0) & 0x7fffffff;
    const end = replacements.indexOf(0, start);
    return replacements.toString('utf8', start, end < 0 ? replacements.length : end);
  }
  return null;
}

const hasLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
