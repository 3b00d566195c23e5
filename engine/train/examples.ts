import { countedTokens } from '../graph/contentShapes.ts';
import { windowRoom } from '../inference/score.ts';
import type { NliModel } from '../model/nliModel.ts';
import { classCount, type NliClasses } from '../nli/classes.ts';
import type { TokenBatch } from '../runtime/feeds.ts';
import { collate } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { premiseWindows } from '../text/windows.ts';

/** A premise, a hypothesis, and whether one follows from the other. */
export interface Example {
  readonly premise: string;
  readonly hypothesis: string;
  readonly target: 'entailment' | 'contradiction';
}

/** Examples as the model reads them. */
export interface EncodedExamples {
  readonly lengths: readonly number[];
  /** Whether pairs of different lengths may share a batch; else padding changes what the model answers. */
  readonly padding: boolean;
  /** The batch of the examples at these indices, and its targets [batch, classes], each weighing 1/total. */
  batch(indices: readonly number[], total: number): { tokens: TokenBatch; targets: Float32Array };
}

/** Examples of which those with a premise that does not fit are read in one of its windows. */
export interface WindowedExamples extends EncodedExamples {
  /** The windows of an example's premise, each beside the whole hypothesis, all of one length. [examples][windows] */
  readonly windows: readonly (readonly EncodedPair[])[];
  /** Which window of each example the next batches read; the first one to begin with. [examples] */
  readonly chosen: Uint32Array;
}

/**
 * Tokenises once, each distinct premise and hypothesis only once. A premise that does not fit into `maxLength` tokens is
 * cut into the windows that suggesting reads.
 */
export function encodeExamples(
  { tokenizer, classes, prepared }: NliModel,
  examples: readonly Example[],
  maxLength: number,
): WindowedExamples {
  // In a batch all rows must have as many tokens as another of those that the graph counts.
  const special = tokenizer.assemble([], [], maxLength).inputIds;
  const counted = countedTokens(prepared.model.graph, special);
  const uncounted = (ids: readonly number[]) => ids.filter((id) => !counted.has(id));
  const premiseIds = remember((text) => uncounted(tokenizer.encodePremiseIds(text)));
  const hypothesisIds = remember((text) => uncounted(tokenizer.encodeHypothesisIds(text)));
  const windows = examples.map((example): readonly EncodedPair[] => {
    const premise = premiseIds(example.premise);
    const hypothesis = hypothesisIds(example.hypothesis);
    const room = windowRoom(premise.length, tokenizer.roomFor(hypothesis, maxLength));
    return premiseWindows(premise, { room }).map(({ ids }) => tokenizer.assemble(ids, hypothesis, maxLength));
  });
  const chosen = new Uint32Array(examples.length);
  return {
    lengths: windows.map(([first]) => first!.inputIds.length),
    padding: prepared.padding !== false,
    windows,
    chosen,
    batch: (indices, total) => ({
      tokens: collate(
        indices.map((i) => windows[i]![chosen[i]!]!),
        tokenizer.padId,
      ),
      targets: targetsFor(
        indices.map((i) => examples[i]!),
        classes,
        total,
      ),
    }),
  };
}

function remember<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    known.set(text, made);
    return made;
  };
}

function targetsFor(examples: readonly Example[], classes: NliClasses, total: number): Float32Array {
  const columns = classCount(classes);
  const targets = new Float32Array(examples.length * columns);
  examples.forEach(({ target }, row) => {
    targets[row * columns + classes[target]] = 1 / total;
  });
  return targets;
}
