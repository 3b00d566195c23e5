import type { KeptMetrics } from '../evaluate/metrics.ts';
import type { WordedLabel } from '../zeroshot/labelVector.ts';
import type { BaseCard } from './baseCard.ts';
import { type CardFigures, figuresOfRun, figuresSection } from './cardFigures.ts';
import { inline } from './markdown.ts';
import { JAVASCRIPT, PYTHON, TOGETHER } from './snippets.ts';

/** What a model card tells. */
export interface CardFacts {
  readonly name: string;
  /** How the base model is known, never a path. */
  readonly baseModel: string;
  readonly documents: number;
  readonly heldOutDocuments: number;
  readonly pairs: number;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly date: string;
  /** On held-out documents; null: none were held out. */
  readonly metrics: KeptMetrics | null;
  /** Labels whose threshold a person chose: the figures are at that of the training. */
  readonly chosenThresholds?: readonly string[] | undefined;
  /** false: the model is as it came. */
  readonly trained?: boolean | undefined;
  /** What lies beside the model; absent: nothing. */
  readonly together?: TogetherFacts | undefined;
}

/** What decisions taught beside the model, read together with it: what the app suggests. */
export interface TogetherFacts {
  /** Documents of which something was decided. */
  readonly documents: number;
  readonly labels: readonly CardLabel[];
  /** null: nothing can be measured yet. */
  readonly figures: CardFigures | null;
}

export interface CardLabel extends WordedLabel {
  readonly threshold: number;
}

/** The README.md of an exported model. */
export function modelCard(
  facts: CardFacts,
  labels: readonly CardLabel[],
  {
    withoutPytorch,
    smaller,
    base,
    encoder = false,
    combined = false,
  }: {
    /** Why there are no weights for PyTorch, as half a sentence; null: there are. */
    readonly withoutPytorch: string | null;
    /** Files besides float32's, and what is to be known of each. */
    readonly smaller: readonly { readonly name: string; readonly dtype: string; readonly what: string }[];
    /** What the base model's card says. */
    readonly base: BaseCard;
    /** An encoder lies beside the model. */
    readonly encoder?: boolean;
    /** Without what decisions taught the folder is read by entailment and likeness, as its entail.json says. */
    readonly combined?: boolean;
  },
): string {
  const dtypes = ['fp32', ...smaller.map(({ dtype }) => dtype)].map((dtype) => `\`'${dtype}'\``).join(', ');
  return `---
${originLines(facts, base)}library_name: transformers
pipeline_tag: zero-shot-classification
tags:
- natural-language-inference
- multi-label
- onnx
- transformers.js
---

# ${inline(facts.name)}

${leadOf(facts)}

${licenceSentence(base)} ${languageSentence(base)}

## Labels

${labelsTable(labels, facts)}

## ${facts.trained === false ? 'Figures' : 'Held-out figures'}

${bothFigures(facts)}

## Use it

${IN_FLOAT32}

${facts.together ? `### As the app suggests\n\n${togetherLead(combined)}\n\n${TOGETHER_SNIPPET}\n\n### The model alone\n\n` : ''}${withoutPytorch === null ? '' : 'There are no weights for PyTorch here: use the ONNX files.\n\n'}${facts.together ? 'Both give the probabilities of the model alone' : "Both give the app's probabilities"}, of long texts too: those are read in windows, and a label's sentence is never cut, as \`scoring.json\` says. (The zero-shot pipelines cut a long text and its sentence together, and then every label seems to apply.)

Python, with transformers${withoutPytorch === null ? ' and the weights in `model.safetensors`' : ''}:

\`\`\`python
${PYTHON}
\`\`\`

JavaScript, with transformers.js (\`dtype\`: ${dtypes}):

\`\`\`js
${JAVASCRIPT}
\`\`\`

## Many documents: Spark and Ray

\`jobs/\` labels Parquet files on a cluster, with numpy, pandas, pyarrow, onnxruntime and tokenizers on its workers, and gives the ${facts.together ? 'probabilities that the app suggests' : 'same probabilities'}. Every column stays; \`scores\` ({label: probability}) and \`labels\` (those that reach their threshold) are added, both null where the text is. The output is a folder \`part=…\` for every few files of the input (\`--files\`). A job that was ended goes on where it was when it is started again with the same \`--output\`: nothing is missing, nothing twice; files that came to the input meanwhile are labelled too. \`--help\` lists what else can be said.

Spark 4 (\`mapInPandas\`; the model is sent to the workers):

\`\`\`sh
spark-submit jobs/label_with_spark.py --input s3a://bucket/texts --output s3a://bucket/labelled
\`\`\`

Ray Data (\`pip install "ray[data]" aiohttp\` too; the exported folder must be where the driver runs):

\`\`\`sh
ray job submit --working-dir jobs -- python label_with_ray.py --model-folder /shared/my-model --input s3://bucket/texts --output s3://bucket/labelled
\`\`\`

${facts.together ? `They give what the app suggests; \`--no-learnt\` gives ${withoutLearnt(combined)}, with the thresholds of \`labels.json\`.` : `Without a cluster, in a Python program of one's own:\n\n${TOGETHER_SNIPPET}`}

## Files

\`onnx/model.onnx\` float32; ${smaller.map(({ name, what }) => `\`${name}\` ${what}`).join('; ')}; ${withoutPytorch === null ? '`model.safetensors` for PyTorch' : `no weights for PyTorch, for ${inline(withoutPytorch)}`}; \`labels.json\` names, descriptions, hypotheses, thresholds; ${combined ? FILES_OF_COMBINED : ''}\`scoring.json\` how probabilities are made; \`jobs/\` programs for Spark and Ray; ${encoder ? FILES_OF_ENCODER : ''}${facts.together ? FILES_OF_LEARNT : ''}\`probe.json\` texts with the scores that a correct loader gives within 0.001.

${facts.trained === false ? '' : trainingSection(facts)}## What to know

The weights and the files here may hold words of the texts it learnt from: \`probe.json\` has some texts in full, \`labels.json\` the names and descriptions of labels${facts.together ? '; so do the files in `learnt/`, and weights there follow from what was decided' : ''}. Decisions about people should not rest on it alone.
`;
}

/** Measured with the embedded model, without a training and after one: 0.014 and 0.017 at most, 0.0014 and 0.0017 on the average. */
const IN_FLOAT32 =
  'What is here computes in float32. On a processor the app and `entail predict` use 8-bit weights where a test finds these right and faster: their probabilities lie mostly within 0.002 of those given here, single ones up to about 0.02 away, and a label at its threshold may be suggested by one and not by the other. `entail predict --precision fp32` gives what is given here.';
const TOGETHER_SNIPPET = `\`\`\`python\n${TOGETHER}\n\`\`\``;
const togetherLead = (combined: boolean) =>
  `Python, with numpy, onnxruntime and tokenizers alone. It reads the model together with what lies in \`learnt/\`, and has the thresholds from there; \`Scorer(".", learnt=False)\` is ${withoutLearnt(combined)}.`;
const withoutLearnt = (combined: boolean) =>
  combined
    ? 'the combined reading of `entail.json` (entailment, and how much texts are like labels) without what lies in `learnt/`'
    : 'the model alone';
const FILES_OF_COMBINED =
  '`entail.json` how entailment and likeness are combined, and `priors.json` what is usual for the labels; ';
const FILES_OF_ENCODER =
  '`embedding/` the encoder that texts are embedded with, as it came with the base model, whose licence it has unless a `LICENSE` there says another; ';
const FILES_OF_LEARNT =
  '`learnt/` what decisions, or documents alone, taught: `learnt.json` a head per label, thresholds, and how all is read together; `base.safetensors` and `embeddings.safetensors`, where they are there, small changes that make of `onnx/model.onnx` the model before its training, and of what embeds texts (`embedding/`, where it is there, else that model) the one tuned to the labels; a `probe.json` of its own; ';

function leadOf({ trained, together, ...facts }: CardFacts): string {
  const what =
    'to sort documents into overlapping categories. The document is the premise; each label is a hypothesis and gets its own probability.';
  const beside = together
    ? `\n\nBeside it lies \`learnt/\`: ${taughtBy(together)}, a small head per label. The app suggests by both together. \`onnx/model.onnx\` and what transformers gives are the model alone.`
    : '';
  if (trained === false)
    return `A natural language inference model, as it came (${inline(facts.baseModel)}), which Entail used on ${facts.date} ${what}${beside}`;
  return `A natural language inference model, fine-tuned with Entail ${what} It still takes labels that it was not trained on.

Trained on ${facts.date} from ${inline(facts.baseModel)}: ${facts.documents} documents, ${facts.pairs} premise and hypothesis pairs; ${facts.heldOutDocuments} documents were held out.${beside}`;
}

const taughtBy = ({ documents }: TogetherFacts): string =>
  documents === 0
    ? 'what documents of which none was decided tell of labels'
    : `what the decisions on ${documents} documents taught`;

/** Thresholds of the model alone, and of both together: of another kind of probability. */
function labelsTable(labels: readonly CardLabel[], { together }: CardFacts): string {
  const alone = new Map(labels.map((label) => [label.name, label]));
  const both = new Map(together?.labels.map((label) => [label.name, label]));
  const names = [...new Set([...alone.keys(), ...both.keys()])];
  const cell = (label: CardLabel | undefined) => label?.threshold.toFixed(3) ?? '–';
  const rows = names.map((name) => {
    const { hypotheses } = both.get(name) ?? alone.get(name) ?? { hypotheses: [] };
    const cells = [cell(alone.get(name)), ...(together ? [cell(both.get(name))] : [])];
    return `| ${inline(name)} | ${hypotheses.map(inline).join('<br>')} | ${cells.join(' | ')} |`;
  });
  const heads = together ? ['threshold alone', 'threshold together'] : ['threshold'];
  return `| label | hypothesis | ${heads.join(' | ')} |
| --- | --- |${' --- |'.repeat(heads.length)}
${rows.join('\n')}`;
}

function bothFigures(facts: CardFacts): string {
  const { trained, together } = facts;
  const alone = figuresSection(figuresOfRun(facts), NONE_HELD_OUT);
  if (!together) return alone;
  const ofBoth = `### Both together: what the app suggests\n\n${figuresSection(together.figures, 'Nothing can be measured yet: no decided document has been left out.')}`;
  return trained === false
    ? `${ofBoth}\n\nThe model alone was not measured.`
    : `### The model alone\n\n${alone}\n\n${ofBoth}`;
}

const NONE_HELD_OUT = 'Too few documents were annotated to hold any out, so there are none.';

const trainingSection = ({ options }: CardFacts) => `## Training

${Object.entries(options)
  .map(([key, value]) => `- ${key}: ${value}`)
  .join('\n')}

`;

/** Metadata of the hub: licence, language, base model. */
function originLines({ baseModel, trained }: CardFacts, base: BaseCard): string {
  const origins = /^[\w.-]+\/[\w.-]+$/.test(baseModel) ? [baseModel] : base.baseModels;
  const [origin] = origins;
  return [
    `license: ${base.license ?? 'unknown'}`,
    ...(base.licenseName ? [`license_name: ${base.licenseName}`] : []),
    ...(base.licenseLink ? [`license_link: ${base.licenseLink}`] : []),
    ...(base.languages.length > 0 ? ['language:', ...base.languages.map((own) => `- "${own}"`)] : []),
    ...(origins.length > 1 ? ['base_model:', ...origins.map((own) => `- ${own}`)] : []),
    ...(origin && origins.length === 1 ? [`base_model: ${origin}`] : []),
    ...(origin && trained !== false ? ['base_model_relation: finetune'] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function licenceSentence({ license, licenseName, licenseLink }: BaseCard): string {
  const notice = 'The programs in `jobs/` are under the Apache License 2.0.';
  if (license === undefined)
    return `The base model's folder does not say its licence, which is this model's too: look it up before the weights are passed on. ${notice}`;
  const name = licenseName ? `${license}, ${licenseName}` : license;
  return `Licence: that of the base model (${inline(name)}${licenseLink ? `, ${inline(licenseLink)}` : ''}). ${notice}`;
}

function languageSentence({ languages }: BaseCard): string {
  if (languages.length === 0) return "The base model's folder does not say which languages it reads.";
  return `The base model reads: ${languages.map(inline).join(', ')}.`;
}
