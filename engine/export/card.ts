import type { LabelRanges, Range } from '../evaluate/credible.ts';
import { canBeJudged, type KeptMetrics } from '../evaluate/metrics.ts';
import type { BaseCard } from './baseCard.ts';
import { JAVASCRIPT, PYTHON } from './snippets.ts';

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
}

export interface CardLabel {
  readonly name: string;
  readonly hypotheses: readonly string[];
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
  }: {
    /** Why there are no weights for PyTorch, as half a sentence; null: there are. */
    readonly withoutPytorch: string | null;
    /** Files besides float32's, and what is to be known of each. */
    readonly smaller: readonly { readonly name: string; readonly dtype: string; readonly what: string }[];
    /** What the base model's card says. */
    readonly base: BaseCard;
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

A natural language inference model, fine-tuned with Entail to sort documents into overlapping categories. The document is the premise; each label is a hypothesis and gets its own probability. It still takes labels that it was not trained on.

Trained on ${facts.date} from ${inline(facts.baseModel)}: ${facts.documents} documents, ${facts.pairs} premise and hypothesis pairs; ${facts.heldOutDocuments} documents were held out.

${licenceSentence(base)} ${languageSentence(base)}

## Labels

| label | hypothesis | threshold |
| --- | --- | --- |
${labels.map((l) => `| ${inline(l.name)} | ${l.hypotheses.map(inline).join('<br>')} | ${l.threshold.toFixed(3)} |`).join('\n')}

## Held-out figures

${metricsSection(facts)}

## Use it

${withoutPytorch === null ? '' : 'There are no weights for PyTorch here: use the ONNX files.\n\n'}Both give the app's probabilities, of long texts too: those are read in windows, and a label's sentence is never cut, as \`scoring.json\` says. (The zero-shot pipelines cut a long text and its sentence together, and then every label seems to apply.)

Python, with transformers${withoutPytorch === null ? ' and the weights in `model.safetensors`' : ''}:

\`\`\`python
${PYTHON}
\`\`\`

JavaScript, with transformers.js (\`dtype\`: ${dtypes}):

\`\`\`js
${JAVASCRIPT}
\`\`\`

## Many documents: Spark and Ray

\`jobs/\` labels Parquet files on a cluster, with numpy, pandas, pyarrow, onnxruntime and tokenizers on its workers, and gives the same probabilities. Every column stays; \`scores\` ({label: probability}) and \`labels\` (those that reach their threshold) are added, both null where the text is. The output is a folder \`part=…\` for every few files of the input (\`--files\`). A job that was ended goes on where it was when it is started again with the same \`--output\`: nothing is missing, nothing twice; files that came to the input meanwhile are labelled too. \`--help\` lists what else can be said.

Spark 4 (\`mapInPandas\`; the model is sent to the workers):

\`\`\`sh
spark-submit jobs/label_with_spark.py --input s3a://bucket/texts --output s3a://bucket/labelled
\`\`\`

Ray Data (\`pip install "ray[data]" aiohttp\` too; the exported folder must be where the driver runs):

\`\`\`sh
ray job submit --working-dir jobs -- python label_with_ray.py --model-folder /shared/my-model --input s3://bucket/texts --output s3://bucket/labelled
\`\`\`

Without a cluster, in a Python program of one's own:

\`\`\`python
import sys
sys.path.insert(0, "jobs")
from entail_scoring import Scorer

scorer = Scorer(".")
probabilities = scorer.score(["The parcel came two weeks late."])  # [texts, labels]
print(scorer.labels, probabilities, scorer.applies(probabilities))
\`\`\`

## Files

\`onnx/model.onnx\` float32; ${smaller.map(({ name, what }) => `\`${name}\` ${what}`).join('; ')}; ${withoutPytorch === null ? '`model.safetensors` for PyTorch' : `no weights for PyTorch, for ${inline(withoutPytorch)}`}; \`labels.json\` names, hypotheses, thresholds; \`scoring.json\` how probabilities are made; \`jobs/\` programs for Spark and Ray; \`probe.json\` texts with the scores that a correct loader gives within 0.001.

## Training

${Object.entries(facts.options)
  .map(([key, value]) => `- ${key}: ${value}`)
  .join('\n')}

## What to know

The weights and the files here may hold words of the texts it learnt from: \`probe.json\` has some texts in full, \`labels.json\` the names of labels. Decisions about people should not rest on it alone.
`;
}

/** Metadata of the hub: licence, language, base model. */
function originLines({ baseModel }: CardFacts, base: BaseCard): string {
  const origin = /^[\w.-]+\/[\w.-]+$/.test(baseModel) ? baseModel : base.baseModel;
  return [
    `license: ${base.license ?? 'unknown'}`,
    ...(base.licenseName ? [`license_name: ${base.licenseName}`] : []),
    ...(base.licenseLink ? [`license_link: ${base.licenseLink}`] : []),
    ...(base.languages.length > 0 ? ['language:', ...base.languages.map((own) => `- "${own}"`)] : []),
    ...(origin ? [`base_model: ${origin}`, 'base_model_relation: finetune'] : []),
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

function metricsSection({ metrics, chosenThresholds = [] }: CardFacts): string {
  if (!metrics) return 'Too few documents were annotated to hold any out, so there are none.';
  const percent = (share: number) => (100 * share).toFixed(1);
  const within = (share: number, range: Range | undefined) =>
    range === undefined
      ? percent(share)
      : `${percent(share)} (${percent(range.low)} to ${percent(range.high)})`;
  const row = (
    name: string,
    m: { precision: number; recall: number; f1: number },
    {
      support = '',
      judged = metrics.labels.some(canBeJudged),
      ranges,
    }: { support?: string; judged?: boolean; ranges?: LabelRanges | undefined } = {},
  ) => {
    const cells = judged
      ? (['precision', 'recall', 'f1'] as const).map((figure) => within(m[figure], ranges?.[figure]))
      : ['–', '–', '–'];
    return `| ${inline(name)} | ${cells.join(' | ')} | ${support} |`;
  };
  const ranking = metrics.labels.some(canBeJudged)
    ? within(metrics.meanAveragePrecision, metrics.meanAveragePrecisionInterval)
    : '–';
  const intervals = metrics.labels.some((label) => label.intervals)
    ? ' In brackets: 95 % intervals of what new documents would show; those of averages are of all labels, those that nothing can be judged of among them.'
    : '';
  const { labelsLeftOut: left } = metrics;
  const how =
    left === undefined
      ? 'At a threshold of 0.5'
      : "At each label's threshold, chosen without the document that is judged (cross-fitted)";
  const leftOut = left
    ? ` Macro averages leave out ${left} of ${metrics.labels.length} labels, which had no document with or none without them.`
    : '';
  const chosen =
    chosenThresholds.length === 0
      ? ''
      : ` For ${chosenThresholds.map(inline).join(', ')} the table above has a threshold that a person chose, at which these figures were not measured.`;
  return `${how}, in percent.${chosen}${intervals} Mean average precision: ${ranking}.${leftOut}

| label | precision | recall | F1 | support |
| --- | --- | --- | --- | --- |
${metrics.labels
  .map((label) =>
    row(label.name, label, {
      support: String(label.support),
      judged: canBeJudged(label),
      ranges: label.intervals,
    }),
  )
  .join('\n')}
${row('macro average', metrics.macro, { ranges: metrics.macro.intervals })}
${row('micro average', metrics.micro, { ranges: metrics.micro.intervals })}`;
}

/** Text of others within Markdown: one line, nothing of it markup. */
const inline = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (c) => `\\${c}`);
