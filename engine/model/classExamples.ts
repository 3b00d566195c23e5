import { answersOf } from '../check/reference.ts';
import { EngineError } from '../errors.ts';
import { findClasses } from '../nli/classes.ts';
import { collate } from '../text/batches.ts';
import { type ChosenClasses, rememberedClasses } from './chosenClasses.ts';
import { loadNliModel } from './nliModel.ts';

/** What a model answers to pairs whose class anybody can tell. */
export interface ClassExamples {
  /** The outputs' names in config.json, in order; "output 0" where it has none. */
  readonly outputs: readonly string[];
  /** config.json says which output means what. */
  readonly named: boolean;
  readonly chosen: ChosenClasses | null;
  /** The outputs that the examples speak for. */
  readonly likely: ChosenClasses;
  readonly examples: readonly {
    readonly premise: string;
    readonly hypothesis: string;
    readonly means: 'entailment' | 'contradiction' | 'neutral';
    /** Of each output, together 1. */
    readonly shares: readonly number[];
  }[];
}

const EXAMPLES = [
  ['The parcel came two weeks late.', 'The parcel was late.', 'entailment'],
  ['The parcel came two weeks late.', 'The parcel came early.', 'contradiction'],
  ['The parcel came two weeks late.', 'The parcel held a lamp.', 'neutral'],
  ['A man is playing a guitar on the stage.', 'Somebody is making music.', 'entailment'],
  ['A man is playing a guitar on the stage.', 'Nobody is playing anything.', 'contradiction'],
  ['A man is playing a guitar on the stage.', 'The man is from Spain.', 'neutral'],
] as const;

/**
 * Scores a few plain pairs with a model whose classes need not be named, so that a person can say which output means what.
 * What embeds its texts is loaded, too. Throws what loading either throws otherwise.
 */
export async function classExamples(dir: string): Promise<ClassExamples> {
  const nli = await loadNliModel(dir, { classes: { entailment: 0, contradiction: 1 } });
  await nli.encoder();
  const { tokenizer, folder, prepared, reference } = nli;
  const batches = EXAMPLES.map(([premise, hypothesis]) =>
    collate([tokenizer.encodePair(premise, hypothesis, { maxLength: folder.maxLength })], tokenizer.padId),
  );
  const logits = await answersOf(prepared.model, { batches, logits: prepared.logits });
  const examples = EXAMPLES.map(([premise, hypothesis, means], i) => ({
    premise,
    hypothesis,
    means,
    shares: softmax(logits[i]!),
  }));
  const outputs = Array.from(
    { length: reference.classes },
    (_, i) => folder.config.labels[i] ?? `output ${i}`,
  );
  return {
    outputs,
    named: saysClasses(folder.config.labels, reference.classes),
    chosen: (await rememberedClasses(folder.onnxPath)) ?? null,
    likely: likelyClasses(examples),
    examples,
  };
}

function saysClasses(labels: readonly string[], outputs: number): boolean {
  try {
    findClasses(Object.fromEntries(labels.entries()), outputs);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'labels_unmapped') return false;
    throw error;
  }
}

/** The two different outputs whose examples get the most of them together. */
function likelyClasses(examples: ClassExamples['examples']): ChosenClasses {
  const outputs = examples[0]!.shares.map((_, i) => i);
  const total = (means: string, output: number) =>
    examples.reduce((sum, example) => sum + (example.means === means ? example.shares[output]! : 0), 0);
  const choices = outputs.flatMap((entailment) =>
    outputs
      .filter((contradiction) => contradiction !== entailment)
      .map((contradiction) => ({
        choice: { entailment, contradiction },
        value: total('entailment', entailment) + total('contradiction', contradiction),
      })),
  );
  return choices.reduce((best, other) => (other.value > best.value ? other : best)).choice;
}

function softmax(logits: Float32Array): number[] {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
