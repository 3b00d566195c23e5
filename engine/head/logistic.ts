import { logistic } from '../nli/probability.ts';

/**
 * A logistic regression with a Gaussian prior on its weights, found by Newton's method with conjugate gradients
 * (maximum a posteriori, Bishop 2006, section 4.3 and 4.5; truncated Newton, Nocedal and Wright 2006, section 7.1).
 *
 * It minimises Σᵢ ln(1 + exp(−sᵢ(oᵢ + xᵢ·v))) + ½‖v‖², s being 1 or −1: weights whose prior mean is not 0 are in the
 * offset o, and those whose precision λ is not 1 have their feature divided by √λ. The objective is strictly convex: it
 * has one solution, whatever `v` the search starts from.
 */
export interface Problem {
  /** x, row by row: [rows, width]. */
  readonly features: Float32Array;
  readonly width: number;
  /** o, [rows]. */
  readonly offsets: Float32Array;
  /** 1 for a yes, 0 for a no: [rows]. */
  readonly answers: Uint8Array;
}

/** The gradient's length, in units of the prior's width, at which the search ends: probabilities are exact to 1e-5. */
const TOLERANCE = 1e-5;
const MOST_STEPS = 60;

/** The solution v, [width]. `start` is where the search begins, the origin without it; it is not changed. */
export function fitLogistic(problem: Problem, start?: Float64Array): Float64Array {
  const { width, offsets } = problem;
  const v = start ? Float64Array.from(start) : new Float64Array(width);
  const rows = offsets.length;
  const logits = new Float64Array(rows);
  const gradient = new Float64Array(width);
  const curvature = new Float64Array(rows);
  multiply(problem, v, logits);
  let loss = lossAt(problem, logits, v);
  for (let step = 0; step < MOST_STEPS; step++) {
    const length = slope(problem, { logits, v, gradient, curvature });
    if (length <= TOLERANCE) break;
    const direction = newtonDirection(
      problem,
      gradient,
      curvature,
      Math.min(0.1, Math.sqrt(length)) * length,
    );
    const along = new Float64Array(rows);
    multiplyWithout(problem, direction, along);
    const found = lineSearch(problem, { v, logits, direction, along, gradient, loss });
    if (found === null) break;
    loss = found;
  }
  return v;
}

interface Point {
  readonly logits: Float64Array;
  readonly v: Float64Array;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
}

/** Writes the gradient and each row's p(1 − p); returns the gradient's length. */
function slope({ features, width, answers }: Problem, { logits, v, gradient, curvature }: Point): number {
  gradient.set(v);
  for (let row = 0; row < logits.length; row++) {
    const p = logistic(logits[row]!);
    const residual = p - answers[row]!;
    curvature[row] = p * (1 - p);
    const at = row * width;
    for (let i = 0; i < width; i++) gradient[i]! += residual * features[at + i]!;
  }
  return Math.sqrt(dot(gradient, gradient));
}

/** Solves (I + Xᵀ W X) d = −g by conjugate gradients until the residual is below `enough`. */
function newtonDirection(
  problem: Problem,
  gradient: Float64Array,
  curvature: Float64Array,
  enough: number,
): Float64Array {
  const { width } = problem;
  const d = new Float64Array(width);
  const residual = gradient.map((g) => -g);
  const search = Float64Array.from(residual);
  const product = new Float64Array(width);
  let square = dot(residual, residual);
  for (let iteration = 0; iteration < width && Math.sqrt(square) > enough; iteration++) {
    hessianTimes(problem, curvature, search, product);
    const alpha = square / dot(search, product);
    for (let i = 0; i < width; i++) {
      d[i]! += alpha * search[i]!;
      residual[i]! -= alpha * product[i]!;
    }
    const next = dot(residual, residual);
    for (let i = 0; i < width; i++) search[i] = residual[i]! + (next / square) * search[i]!;
    square = next;
  }
  return d;
}

function hessianTimes(
  { features, width }: Problem,
  curvature: Float64Array,
  vector: Float64Array,
  product: Float64Array,
): void {
  product.set(vector);
  for (let row = 0; row < curvature.length; row++) {
    const at = row * width;
    let inner = 0;
    for (let i = 0; i < width; i++) inner += features[at + i]! * vector[i]!;
    const weight = inner * curvature[row]!;
    for (let i = 0; i < width; i++) product[i]! += weight * features[at + i]!;
  }
}

interface Line {
  readonly v: Float64Array;
  readonly logits: Float64Array;
  readonly direction: Float64Array;
  /** X d, [rows]. */
  readonly along: Float64Array;
  readonly gradient: Float64Array;
  readonly loss: number;
}

/** Halves the step until the loss falls enough (Armijo); moves `v` and `logits`. null: no step makes it smaller. */
function lineSearch(problem: Problem, { v, logits, direction, along, gradient, loss }: Line): number | null {
  const descent = dot(gradient, direction);
  const triedV = new Float64Array(v.length);
  const tried = new Float64Array(logits.length);
  for (let length = 1; length > 1e-8; length /= 2) {
    for (let i = 0; i < v.length; i++) triedV[i] = v[i]! + length * direction[i]!;
    for (let row = 0; row < logits.length; row++) tried[row] = logits[row]! + length * along[row]!;
    const found = lossAt(problem, tried, triedV);
    if (found <= loss + 1e-4 * length * descent) {
      v.set(triedV);
      logits.set(tried);
      return found;
    }
  }
  return null;
}

function lossAt({ answers }: Problem, logits: Float64Array, v: Float64Array): number {
  let sum = dot(v, v) / 2;
  for (let row = 0; row < logits.length; row++)
    sum += softplus(answers[row] === 1 ? -logits[row]! : logits[row]!);
  return sum;
}

/** ln(1 + eˣ), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** o + X v, [rows]. */
function multiply(problem: Problem, v: Float64Array, logits: Float64Array): void {
  multiplyWithout(problem, v, logits);
  for (let row = 0; row < logits.length; row++) logits[row]! += problem.offsets[row]!;
}

function multiplyWithout({ features, width }: Problem, v: Float64Array, product: Float64Array): void {
  for (let row = 0; row < product.length; row++) {
    const at = row * width;
    let sum = 0;
    for (let i = 0; i < width; i++) sum += features[at + i]! * v[i]!;
    product[row] = sum;
  }
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}
