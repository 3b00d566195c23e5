/** Pieces with their log probabilities, and what stands for the unknown. */
export interface UnigramVocabulary {
  readonly pieces: readonly (readonly [piece: string, score: number])[];
  readonly unknownId: number | null;
  readonly byteFallback: boolean;
}

/** How far below the worst piece an unknown character scores (sentencepiece, `kUnkPenalty`). */
const UNKNOWN_PENALTY = 10;

/**
 * A function from one word to its ids: the segmentation with the highest sum of scores (Kudo 2018, Viterbi).
 *
 * Characters outside the vocabulary become the unknown piece, runs of them only one; with `byteFallback` they become
 * their bytes' pieces `<0x00>` to `<0xFF>` where the vocabulary has these.
 */
export function createUnigram(vocabulary: UnigramVocabulary): (word: string) => number[] {
  const { pieces, unknownId } = vocabulary;
  const ids = new Map<string, number>();
  let longest = 1;
  let lowest = Number.POSITIVE_INFINITY;
  for (const [id, [piece, score]] of pieces.entries()) {
    ids.set(piece, id);
    longest = Math.max(longest, piece.length);
    lowest = Math.min(lowest, score);
  }
  const unknownScore = lowest - UNKNOWN_PENALTY;

  return (word) => {
    const path = bestPath(word);
    const result: number[] = [];
    let afterUnknown = false;
    for (const piece of path) {
      const id = ids.get(piece) ?? unknownId;
      const bytes = id === unknownId && vocabulary.byteFallback ? byteIds(piece) : null;
      if (bytes !== null) result.push(...bytes);
      else if (id !== null && !(id === unknownId && afterUnknown)) result.push(id);
      afterUnknown = id === unknownId && bytes === null;
    }
    return result;
  };

  function bestPath(word: string): string[] {
    const score = new Float64Array(word.length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(word.length + 1).fill(-1);
    score[0] = 0;
    let width = 1;
    for (let start = 0; start < word.length; start += width) {
      width = (word.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      const base = score[start] ?? 0;
      let single = false;
      const limit = Math.min(word.length, start + longest);
      for (let end = start + width; end <= limit; end++) {
        const id = ids.get(word.slice(start, end));
        if (id === undefined) continue;
        if (end === start + width) single = true;
        reach(start, end, base + (id === unknownId ? unknownScore : (pieces[id]?.[1] ?? unknownScore)));
      }
      if (!single) reach(start, start + width, base + unknownScore);
    }
    const path: string[] = [];
    for (let end = word.length; end > 0; end = from[end] ?? 0) path.push(word.slice(from[end], end));
    return path.reverse();

    function reach(start: number, end: number, candidate: number): void {
      if (from[end] !== -1 && candidate <= (score[end] ?? 0)) return;
      score[end] = candidate;
      from[end] = start;
    }
  }

  function byteIds(piece: string): number[] | null {
    const result: number[] = [];
    for (const byte of Buffer.from(piece)) {
      const id = ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
      if (id === undefined) return null;
      result.push(id);
    }
    return result;
  }
}
