import { EngineError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Node } from '../graph/graph.ts';
import type { Shape } from '../graph/shapes.ts';

/** At least as many as any operator with rules takes. */
export type InputNames = readonly [string, string, string, string, string, ...string[]];

/** What a rule may ask about the node it differentiates. */
export interface RuleContext {
  readonly b: GraphBuilder;
  readonly node: Node;
  /** Names of the node's inputs; '' where one is absent, also behind the last. How many there are says `node`. */
  readonly x: InputNames;
  /** Names of the node's outputs, the first of which a node always has. */
  readonly y: readonly [string, ...string[]];
  /** Gradient of the first output. */
  readonly dy: string;
  /** Gradients of all outputs; undefined for one that the loss does not depend on. */
  readonly dys: readonly (string | undefined)[];
  /** Position of the input whose gradient is wanted. */
  readonly index: number;
  shape(value: string): Shape;
  rank(value: string): number;
  /** Throws `no_gradient_rule` for a form of the operator that the rule does not know; `why` is half a sentence. */
  unsupported(why: string): never;
  /** Says that a value has the shape of input `index`, where its operators do not tell; returns it. */
  likeInput(value: string): string;
  /** Output `index` of the node, asked for even if the forward graph did not. */
  output(index: number): string;
}

/**
 * The gradient of one input, as the name of a new value: of the input's shape, or of the shape that the operator stretched
 * it to, which the backward walk sums back.
 */
export type InputRule = (context: RuleContext) => string;

const rules = new Map<string, readonly (InputRule | null)[]>();
const repeating = new Set<string>();
const withoutGradient = new Set<string>();

/** One rule per input of an operator; null where no gradient flows (indices, shapes, conditions). */
export function defineRule(op: string, ...perInput: (InputRule | null)[]): void {
  rules.set(op, perInput);
}

/** One rule for all inputs of an operator with any number of them. */
export function defineVariadicRule(op: string, rule: InputRule): void {
  rules.set(op, [rule]);
  repeating.add(op);
}

/** Operators whose outputs do not depend smoothly on any input: shapes, comparisons, roundings. */
export function declareNoGradient(...ops: string[]): void {
  for (const op of ops) withoutGradient.add(op);
}

/** Operator with its domain, as rules are named. */
export const keyOf = (node: Node) => (node.domain === '' ? node.op : `${node.domain}.${node.op}`);

export const hasNoGradient = (node: Node): boolean => withoutGradient.has(keyOf(node));

/** Whether input `index` can carry a gradient; unknown operators say yes, so that they fail with a name. */
export function carriesGradient(node: Node, index: number): boolean {
  if (hasNoGradient(node)) return false;
  const perInput = rules.get(keyOf(node));
  if (!perInput || repeating.has(keyOf(node))) return true;
  return perInput[index] != null;
}

/** The rule for one input; throws `no_gradient_rule`, naming operator, node and model. */
export function ruleFor(node: Node, index: number, modelName: string): InputRule {
  const perInput = rules.get(keyOf(node));
  const rule = perInput?.[repeating.has(keyOf(node)) ? 0 : index];
  if (rule) return rule;
  throw noGradientRule(node, modelName);
}

/** What is said of an operator that cannot be differentiated, or not in this form. */
export const noGradientRule = (node: Node, modelName: string, why?: string): EngineError =>
  new EngineError(
    'no_gradient_rule',
    `Entail cannot train through operator ${keyOf(node)} (node "${node.name}") of ${modelName}${why === undefined ? '' : `: ${why}`}.`,
    'Suggesting still works with this model; choose another one for training.',
  );

/** Names of all operators with a rule, for the test that checks each one. */
export const operatorsWithRules = (): string[] => [...rules.keys()];
