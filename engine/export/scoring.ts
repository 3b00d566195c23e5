import { ENCODER } from '../files/layout.ts';
import { countedTokens } from '../graph/contentShapes.ts';
import { encodeText, hiddenStateOf } from '../inference/embedding.ts';
import { WINDOW } from '../inference/score.ts';
import { MOST_WINDOWS } from '../inference/windows.ts';
import { MOST_EMBEDDED } from '../model/encoderFolder.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { Encoder, TextModel } from '../model/textModel.ts';

/** How a model's probabilities are made, for programs that have no Entail: scoring.json of an exported folder. */
export interface Scoring {
  readonly format: 1;
  /** What the graph is fed, [batch, tokens] of int64 each. */
  readonly inputs: readonly string[];
  /** The output of the graph, [batch, classes]. */
  readonly logits: string;
  /** Columns of the logits; where there are two, `contradiction` is not_entailment. */
  readonly classes: { readonly entailment: number; readonly contradiction: number };
  /** Tokens of the longest pair. */
  readonly maxLength: number;
  /** A text that does not fit beside every sentence is read in windows of so many tokens that overlap by a quarter. */
  readonly window: number;
  /** Ids of a pair in order, "text" and "sentence" standing for theirs, and the token type of each. */
  readonly pair: {
    readonly ids: readonly (number | 'text' | 'sentence')[];
    readonly types: readonly number[];
  };
  readonly padId: number;
  /** The graph counts these tokens: a pair with more of them than a pair has by itself is run alone. */
  readonly alone: readonly number[];
  /** A text's embedding: the mean of `hiddenState` over its tokens, of length 1; null: there is none. */
  readonly embedding: {
    /** Files of the folder: the graph, which is that of the logits where the model has no encoder of its own, and its tokenizer. */
    readonly graph: string;
    readonly tokenizer: string;
    /** As above, of this graph. */
    readonly alone: readonly number[];
    /** A value of the graph, [batch, tokens, size]; it must be made an output. */
    readonly hiddenState: string;
    /** Tokens that are read of a text at once, with those before and after it. */
    readonly longest: number;
    /** At most so many parts of a longer text are read; the mean of their embeddings, of length 1, is its own. */
    readonly windows: number;
    readonly before: number;
    readonly after: number;
  } | null;
}

/** What stands for the two texts while a pair is joined: ids that no tokenizer has. */
const TEXT = -1;
const SENTENCE = -2;

/** How the probabilities of this model are made. encoder: what the folder has beside the graph. */
export function scoringOf(model: NliModel, encoder: Encoder | null): Scoring {
  const { tokenizer, folder, prepared, classes } = model;
  const pair = tokenizer.assemble([TEXT], [SENTENCE], folder.maxLength);
  return {
    format: 1,
    inputs: prepared.model.graph.inputs.map(({ name }) => name),
    logits: prepared.logits,
    classes: { entailment: classes.entailment, contradiction: classes.contradiction },
    maxLength: folder.maxLength,
    window: WINDOW,
    pair: {
      ids: pair.inputIds.map((id) => (id === TEXT ? 'text' : id === SENTENCE ? 'sentence' : id)),
      types: pair.tokenTypeIds,
    },
    padId: tokenizer.padId,
    alone: aloneOf(model),
    embedding: embeddingOf(encoder ?? model, encoder ? `${ENCODER}/` : ''),
  };
}

/** folder: '', or where the files lie, with a slash at its end. */
function embeddingOf(model: TextModel, folder: string): Scoring['embedding'] {
  const { prepared, tokenizer } = model;
  const hiddenState = hiddenStateOf(prepared.model.graph, prepared.shapes);
  const [before, , after] = encodeText({ ...tokenizer, encodePremiseIds: () => [TEXT] }, '', 3).inputIds;
  if (hiddenState === undefined || before === undefined || after === undefined) return null;
  return {
    graph: `${folder}onnx/model.onnx`,
    tokenizer: `${folder}tokenizer.json`,
    alone: aloneOf(model),
    hiddenState,
    longest: Math.min(MOST_EMBEDDED, model.folder.maxLength),
    windows: MOST_WINDOWS,
    before,
    after,
  };
}

const aloneOf = ({ prepared, tokenizer, folder }: TextModel): number[] => [
  ...countedTokens(prepared.model.graph, tokenizer.assemble([], [], folder.maxLength).inputIds),
];
