const BACKSLASH = 92;
const QUOTE = 34;

/** How a text of JSON ends: how many brackets are open, and whether it ends within a string. */
export interface Nesting {
  readonly depth: number;
  readonly inString: boolean;
}

/**
 * Walks over the brackets of JSON outside its strings, in one pass and without recursion. `each` is told where a bracket
 * is and how many are open behind it; true ends the walk there.
 */
export function walkBrackets(
  text: string,
  from: number,
  each?: (at: number, depth: number) => boolean,
): Nesting {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else {
      const step = stepOf(code);
      if (step === 0) continue;
      depth += step;
      if (each?.(at, depth)) break;
    }
  }
  return { depth, inString };
}

/** 1 for { and [, -1 for } and ], 0 for the rest. */
function stepOf(code: number): number {
  if (code === 123 || code === 91) return 1;
  return code === 125 || code === 93 ? -1 : 0;
}
