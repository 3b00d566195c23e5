import { basename } from 'node:path';
import { z } from 'zod';
import { checkSizes, pairBatch } from '../check/pairs.ts';
import { changesInCompany, FLOAT, judged, type Reference, toleranceOf } from '../check/reference.ts';
import { createVerdicts, keyOf, type Verdicts } from '../check/verdicts.ts';
import { EngineError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import { SIZES } from '../graph/probe.ts';
import { versionOf } from '../graph/rewrite.ts';
import { readModel } from '../onnx/read.ts';
import { isOutOfMemory } from '../runtime/failures.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { probeWith } from '../runtime/session.ts';
import { loadTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { type ModelFolder, openModelFolder } from './folder.ts';
import { type InputPlan, plainAnswers, planInputs, withUsualInputs } from './inputs.ts';
import { requireLogits, withUsualOutput } from './outputs.ts';
import { FUSIONS, type PreparedModel, prepareModel, type SampleTokens } from './prepare.ts';

/** A loaded model of texts: graph and tokenizer. */
export interface TextModel {
  readonly folder: ModelFolder;
  readonly prepared: PreparedModel;
  readonly tokenizer: Tokenizer;
  /** What the model's file answers as it is: whatever is made of its graph is compared with this. */
  readonly reference: Reference;
  /** The same model without any fusion, from its file: what training graphs are compared with. */
  readonly unfused: () => Promise<PreparedModel>;
}

/** A model that embeds texts: never an NLI model with an encoder of its own. */
export type Encoder = TextModel & { readonly encoder?: never };

/**
 * Loads the graph and the tokenizer of a model folder whose file answers [batch, n] numbers: logits of classes, or an
 * embedding. The first time, the file as it is answers a few pairs of many lengths, and what is made of its graph must
 * answer alike; both are remembered by the hash of the weights. `name` stands in messages;
 * more tokens than `most` are never read.
 *
 * Throws an EngineError naming what is wrong: a missing or broken file, other outputs (`not_a_classifier`), inputs that
 * Entail cannot feed (`inputs_unknown`), or answers that are no numbers (`not_finite`).
 */
export async function loadTextModel(
  dir: string,
  {
    name: given,
    verdicts,
    most = Number.MAX_SAFE_INTEGER,
  }: {
    readonly name?: string;
    readonly verdicts?: Verdicts | undefined;
    readonly most?: number;
  } = {},
): Promise<TextModel> {
  const opened = await openModelFolder(dir);
  const name = given ?? basename(opened.dir);
  const tokenizer = await loadTokenizer(opened.dir);
  const read = () => withUsualOutput(readModel(opened.onnxPath), name);
  const source = read();
  const { padId } = tokenizer;
  const plan = planInputs(source, { name, padId, firstPosition: opened.config.firstPosition });
  const longest = Math.min(most, opened.maxLength, plan.length ?? opened.maxLength);
  const known = { source, plan, sample: (size) => pairBatch(tokenizer, size), name } satisfies Known;
  const { prepared, reference } = await checked(known, longest, verdicts ?? createVerdicts()).catch(
    async (error: unknown) => {
      throw plan.batch === null ? await ownFailure(error, known) : fixedBatch(error, name, plan.batch);
    },
  );
  const { sizes } = prepared;
  const unfused = () => prepareWith({ ...known, source: read() }, sizes, { fusions: [] });
  // Longer pairs than this fail in the model itself.
  const maxLength = reference.failsFrom ? prepared.sizes.at(-1)!.sequence : longest;
  return { folder: { ...opened, maxLength }, prepared, tokenizer, reference, unfused };
}

/** A graph that could not be made to compute another number of pairs than it was exported for says so. */
function fixedBatch(error: unknown, name: string, batch: number): unknown {
  if (
    !(error instanceof EngineError) ||
    !['run_failed', 'model_refused', 'model_differs'].includes(error.code)
  )
    return error;
  return new EngineError(
    'inputs_unknown',
    `${name} cannot be used: it was exported for exactly ${batch} ${batch === 1 ? 'pair' : 'pairs'} at a time, in a way that Entail cannot undo.`,
    'Export it with a dynamic batch (dynamic_axes, or batch_size as a name).',
    error,
  );
}

/** A file that fails for ordinary pairs is told from one that computes a single pair at a time, whatever it says. */
async function ownFailure(error: unknown, { source, plan, sample, name }: Known): Promise<unknown> {
  if (!(error instanceof EngineError) || error.code !== 'run_failed' || isOutOfMemory(error)) return error;
  const one = {
    batches: [sample({ batch: 1, sequence: SIZES[0].sequence })],
    logits: source.graph.outputs[0]!.name,
  };
  const single = await plainAnswers(source, plan, one).then(
    () => true,
    () => false,
  );
  const what = single
    ? 'its file computes one pair at a time only, though it says any number'
    : 'its own file fails for ordinary pairs of texts';
  const hint = single
    ? 'Export it with two or more pairs as the example, with a padding token, and a dynamic batch.'
    : 'Export it again, with a dynamic batch and length, or choose another model.';
  return new EngineError('model_fails', `${name} cannot be used: ${what}.`, hint, error);
}

const prepareWith = (
  { source, plan, sample, name }: Known,
  sizes: PreparedModel['sizes'],
  more: Partial<Parameters<typeof prepareModel>[1]>,
): Promise<PreparedModel> =>
  prepareModel(withUsualInputs(source, plan), {
    name,
    probe: probeWith((inputs, size) => batchFeeds(sample(size), inputs)),
    sample,
    sizes,
    ...more,
  });

interface Known {
  readonly source: Model;
  readonly plan: InputPlan;
  readonly sample: SampleTokens;
  readonly name: string;
}

const Verdict = z.object({
  /** Tokens of the longest pair that was tried. */
  longest: z.int(),
  /** The next longer one fails in the model's own file. */
  failsFrom: z.boolean(),
  logits: z.array(z.array(z.number())),
  fusions: z.array(z.string()),
  /** How near what is made of the graph comes to the file's answers. */
  tolerance: z.number(),
  /** A pair is answered otherwise beside other pairs. */
  alone: z.boolean(),
});
/** Raised when models are loaded or compared in another way. */
const VERSION = 3;

/** Longer pairs cost too much to try; they are computed by the graph as it is (see `Scorer`). */
const mostTokens = ({ graph }: Model) => {
  const bytes = [...graph.initializers.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0);
  return bytes > 200e6 ? 512 : 1024;
};

async function checked(
  known: Known,
  declared: number,
  verdicts: Verdicts,
): Promise<{ prepared: PreparedModel; reference: Reference & { failsFrom: boolean } }> {
  const { source, plan, sample } = known;
  const most = Math.min(declared, mostTokens(source));
  // What the file is fed beside the pairs is not in them.
  const { padId, firstPosition } = plan;
  const how = `${VERSION} ${padId} ${firstPosition} ${versionOf(FUSIONS)}`;
  const key = keyOf(source, checkSizes(most).map(sample), how);
  const found = await verdicts.find(key, Verdict);
  const referenceOf = (longest: number, logits: readonly Float32Array[], failsFrom: boolean) => ({
    batches: checkSizes(longest).map(sample),
    logits,
    classes: logits[0]!.length / checkSizes(longest)[0]!.batch,
    failsFrom,
  });
  if (found) {
    const { longest, failsFrom, tolerance, alone } = found;
    const fusions = FUSIONS.filter((fusion) => found.fusions.includes(fusion.name));
    const prepared = await prepareWith(known, checkSizes(longest), { fusions });
    const logits = found.logits.map((row) => Float32Array.from(row));
    return {
      prepared: { ...prepared, alone },
      reference: { ...referenceOf(longest, logits, failsFrom), tolerance },
    };
  }
  let reference: ReturnType<typeof referenceOf> | undefined;
  const plain = async () => {
    const output = source.graph.outputs.find((o) => o.name === 'logits') ?? source.graph.outputs[0]!;
    const { longest, logits } = await longestAnswers(known, output.name, most);
    return referenceOf(longest, logits, longest < most);
  };
  let kept: readonly string[] = [];
  const attempt = (tolerance: number) =>
    prepareWith(known, checkSizes(most), {
      onKept: (names) => {
        kept = names;
      },
      judge: async (model, logits) => {
        reference ??= await plain();
        return judged(model, short({ ...reference, tolerance }), logits);
      },
    });
  // A graph that rounds while it runs may come as near as any other, if it is left as it is.
  let tolerance = FLOAT;
  const prepared = await attempt(tolerance).catch((error: unknown) => {
    tolerance = toleranceOf(source);
    const mayDiffer = error instanceof EngineError && error.code === 'model_differs' && tolerance > FLOAT;
    if (!mayDiffer) throw error;
    return attempt(tolerance);
  });
  reference ??= await plain();
  const { logits, failsFrom } = reference;
  const longest = reference.batches.at(-1)!.shape[1];
  const alone = await changesInCompany(prepared.model, reference, prepared.logits);
  const verdict: z.infer<typeof Verdict> = {
    longest,
    failsFrom,
    logits: logits.map((row) => [...row]),
    fusions: [...kept],
    tolerance,
    alone,
  };
  await verdicts.keep(key, verdict);
  return {
    prepared: { ...prepared, sizes: checkSizes(longest), alone },
    reference: { ...reference, tolerance },
  };
}

/** What cleaning and fusing do is the same at every length: the longest pair is not needed for it. */
const short = (reference: Reference): Reference => ({
  ...reference,
  batches: reference.batches.slice(0, -1),
  logits: reference.logits.slice(0, -1),
});

/** The file's own answers, up to the longest pair that it can read: what config.json says may be too much. */
async function longestAnswers(
  { source, plan, sample, name }: Known,
  logits: string,
  most: number,
): Promise<{ longest: number; logits: Float32Array[] }> {
  for (let longest = most; ; longest = longest === most ? most - 2 : longest >> 1) {
    const batches = checkSizes(longest).map(sample);
    try {
      const answers = await plainAnswers(source, plan, { batches, logits });
      requireNumbers(answers, name);
      requireLogits(answers, answers[0]!.length / batches[0]!.shape[0], name);
      return { longest, logits: answers };
    } catch (error) {
      const shorter = error instanceof EngineError && error.code === 'run_failed' && longest > LEAST_LENGTH;
      if (!shorter) throw error;
    }
  }
}
const LEAST_LENGTH = 64;

function requireNumbers(answers: readonly Float32Array[], name: string): void {
  if (answers.every((row) => row.every(Number.isFinite))) return;
  throw new EngineError(
    'not_finite',
    `${name} cannot be used: for ordinary pairs its own file answers NaN or infinity.`,
    'Its weights are damaged, or too large for the precision it was exported with: export it again as float32.',
  );
}
