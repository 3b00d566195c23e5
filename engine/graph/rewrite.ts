import { cloneModel, type Model } from './graph.ts';
import type { Shapes } from './shapes.ts';
import { afterPass, IllegalGraph } from './spec.ts';

/** A graph under work, with what is known of its values. */
export interface Draft {
  readonly model: Model;
  readonly shapes: Shapes;
}

/** One way to make a graph faster that must not change what it computes. */
export interface Rewrite {
  /** Stable: verdicts that are kept name it. */
  readonly name: string;
  /** Raised when it works in another way, so that old verdicts are not used. */
  readonly version: number;
  /** Changes the draft in place. */
  apply(draft: Draft): void | Promise<void>;
}

/** What came of trying rewrites: names of those that may be used, and why others may not. */
export interface RewriteVerdict {
  readonly kept: readonly string[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/** Why a graph is not what it should be; undefined: it is. */
export type Judge = (model: Model) => Promise<string | undefined>;

const copyOfDraft = ({ model, shapes }: Draft): Draft => ({
  model: cloneModel(model),
  shapes: new Map(shapes),
});

/** A copy of the start with the rewrites of these names applied in order. */
export async function applyRewrites(
  start: Draft,
  rewrites: readonly Rewrite[],
  names: readonly string[] = rewrites.map(({ name }) => name),
): Promise<Draft> {
  const draft = copyOfDraft(start);
  for (const rewrite of rewrites) {
    if (!names.includes(rewrite.name)) continue;
    await rewrite.apply(draft);
    afterPass(rewrite.name, draft.model, draft.shapes);
  }
  return draft;
}

/**
 * Applies rewrites and has the result judged. All at once first, for that is what nearly every model allows; if the result
 * is wrong, one after the other on top of what was right so far. One that throws or makes a wrong graph is left out.
 */
export async function applyChecked(
  start: Draft,
  rewrites: readonly Rewrite[],
  judge: Judge,
): Promise<{ draft: Draft; verdict: RewriteVerdict }> {
  const names = rewrites.map(({ name }) => name);
  const all = await attempt(start, rewrites, judge);
  if ('draft' in all) return { draft: all.draft, verdict: { kept: names, leftOut: [] } };
  let draft = copyOfDraft(start);
  const kept: string[] = [];
  const leftOut: { name: string; why: string }[] = [];
  for (const rewrite of rewrites) {
    const found = await attempt(draft, [rewrite], judge);
    if ('draft' in found) {
      draft = found.draft;
      kept.push(rewrite.name);
    } else leftOut.push({ name: rewrite.name, why: found.why });
  }
  return { draft, verdict: { kept, leftOut } };
}

async function attempt(
  start: Draft,
  rewrites: readonly Rewrite[],
  judge: Judge,
): Promise<{ draft: Draft } | { why: string }> {
  try {
    const draft = await applyRewrites(start, rewrites);
    const why = await judge(draft.model);
    return why === undefined ? { draft } : { why };
  } catch (error) {
    if (error instanceof IllegalGraph) throw error;
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

/** Tells verdicts apart that were made by other rewrites. */
export const versionOf = (rewrites: readonly Rewrite[]): string =>
  rewrites.map(({ name, version }) => `${name} ${version}`).join(', ');
