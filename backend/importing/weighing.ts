import type { Value } from '../project/store/annotations.ts';
import type { Standing } from '../project/store/standing.ts';

/** What a file says of one document, for one annotator. */
export interface Said {
  /** The annotator's name, and whether the file has it: what nobody's name is on is weighed against everybody's answers. */
  readonly annotator: string;
  readonly named: boolean;
  /** Label id → answer. */
  readonly values: ReadonlyMap<number, Value>;
  /** ISO 8601, when it was said; undefined: the file doesn't tell. */
  readonly at: string | undefined;
}

/** An answer of a file that differs from one that is there and is not known to be older. */
export interface Weighed {
  readonly labelId: number;
  readonly theirs: Value;
  readonly theirsAt: string | null;
  readonly mine: Value;
  readonly mineAt: string;
  /** Who gave the answer that is there. */
  readonly by: string;
}

/**
 * Sorts what a file says into answers to write and conflicts. An answer that is there is overwritten only when the file
 * says a later time; a person's clearing of an answer counts as one. Rows of the same import are joined: a yes stands
 * against a no, since the no may only be what a row did not name.
 *
 * `ours`: whether a revision is of this import.
 */
export function weigh(
  said: Said,
  standing: readonly Standing[],
  ours: (revisionId: number) => boolean,
): { write: Map<number, Value>; conflicts: Weighed[] } {
  const write = new Map<number, Value>();
  const conflicts: Weighed[] = [];
  const byLabel = Map.groupBy(standing, ({ labelId }) => labelId);
  for (const [labelId, theirs] of said.values) {
    const there = byLabel.get(labelId) ?? [];
    const own = there.find(({ annotator }) => annotator === said.annotator);
    if (own && ours(own.revisionId)) {
      if (own.value !== theirs && own.value !== 'yes') write.set(labelId, theirs);
      continue;
    }
    if (own?.value === theirs) continue;
    const against = (own && isDecided(own) ? [own] : said.named ? [] : there.filter(isDecided)).find(
      ({ value, revisionId }) => value !== theirs && !ours(revisionId),
    );
    if (!against || (said.at !== undefined && later(said.at, against.at))) {
      write.set(labelId, theirs);
      continue;
    }
    const { value: mine, at: mineAt, annotator: by } = against;
    conflicts.push({ labelId, theirs, theirsAt: said.at ?? null, mine, mineAt, by });
  }
  return { write, conflicts };
}

/** An answer, or one that a person took away; what was undone was never said. */
const isDecided = ({ value, kind }: Standing): boolean =>
  value !== 'undecided' || kind === 'annotate' || kind === 'bulk';

/** Times that can't be read are no later. */
const later = (one: string, other: string): boolean => Date.parse(one) > Date.parse(other);
