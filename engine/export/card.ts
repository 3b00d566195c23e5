import { canBeJudged, type KeptMetrics } from '../evaluate/metrics.ts';

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
    unnamed,
    complete,
    small,
  }: { readonly unnamed: readonly string[]; readonly complete: boolean; readonly small: string },
): string {
  const hub = /^[\w.-]+\/[\w.-]+$/.test(facts.baseModel) ? `base_model: ${facts.baseModel}\n` : '';
  return `---
${hub}library_name: transformers
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

## Labels

| label | hypothesis | threshold |
| --- | --- | --- |
${labels.map((l) => `| ${inline(l.name)} | ${l.hypotheses.map(inline).join('<br>')} | ${l.threshold.toFixed(3)} |`).join('\n')}

## Held-out figures

${metricsSection(facts.metrics)}

## Use it

${complete ? '' : 'There are no weights for PyTorch here: use the ONNX files.\n\n'}Python, with transformers and the weights in \`model.safetensors\`:

\`\`\`python
import json
from transformers import AutoModelForSequenceClassification, AutoTokenizer
import torch

tokenizer = AutoTokenizer.from_pretrained(".")
model = AutoModelForSequenceClassification.from_pretrained(".")
names = model.config.label2id
yes = names["entailment"]
no = names.get("contradiction", names.get("not_entailment"))
text = "The parcel came two weeks late."
for label in json.load(open("labels.json")):
    scores = []
    for hypothesis in label["hypotheses"]:
        inputs = tokenizer(text, hypothesis, truncation="only_first", return_tensors="pt")
        with torch.no_grad():
            logits = model(**inputs).logits[0, [no, yes]]
        scores.append(logits.softmax(-1)[1].item())
    score = sum(scores) / len(scores)
    print(label["name"], round(score, 3), score >= label["threshold"])
\`\`\`

JavaScript, with transformers.js (\`dtype: "q8"\` takes the small file):

\`\`\`js
import { pipeline } from '@huggingface/transformers';
import { readFileSync } from 'node:fs';

const labels = JSON.parse(readFileSync('labels.json', 'utf8'));
const classify = await pipeline('zero-shot-classification', '.', { dtype: 'fp32' });
for (const { name, hypotheses, threshold } of labels) {
  const { scores } = await classify('The parcel came two weeks late.', hypotheses, { hypothesis_template: '{}', multi_label: true });
  const score = scores.reduce((sum, s) => sum + s, 0) / scores.length;
  console.log(name, score, score >= threshold);
}
\`\`\`

## Files

\`onnx/model.onnx\` float32; \`onnx/model_quantized.onnx\` ${small}; ${weightsLine(unnamed, complete)}; \`labels.json\` names, hypotheses, thresholds; \`probe.json\` texts with the scores that a correct loader gives within 0.001.

## Training

${Object.entries(facts.options)
  .map(([key, value]) => `- ${key}: ${value}`)
  .join('\n')}

## What to know

The weights and the files here may hold words of the texts it learnt from: \`probe.json\` has some texts in full, \`labels.json\` the names of labels. Decisions about people should not rest on it alone.
`;
}

function weightsLine(unnamed: readonly string[], complete: boolean): string {
  if (!complete)
    return 'no weights for PyTorch, for the graph that the base model was exported as does not tell their names';
  const without = `(without ${unnamed.length} tables whose names the exported graph does not tell)`;
  return `\`model.safetensors\` for PyTorch${unnamed.length > 0 ? ` ${without}` : ''}`;
}

function metricsSection(metrics: KeptMetrics | null): string {
  if (!metrics) return 'Too few documents were annotated to hold any out, so there are none.';
  const percent = (share: number) => (100 * share).toFixed(1);
  const row = (
    name: string,
    m: { precision: number; recall: number; f1: number },
    support: string,
    judged = true,
  ) =>
    judged
      ? `| ${inline(name)} | ${percent(m.precision)} | ${percent(m.recall)} | ${percent(m.f1)} | ${support} |`
      : `| ${inline(name)} | – | – | – | ${support} |`;
  const { labelsLeftOut: left } = metrics;
  const how =
    left === undefined
      ? 'At a threshold of 0.5'
      : "At each label's threshold, chosen without the document that is judged (cross-fitted)";
  const leftOut = left
    ? ` Macro averages leave out ${left} of ${metrics.labels.length} labels, which had no document with or none without them.`
    : '';
  return `${how}, in percent. Mean average precision: ${percent(metrics.meanAveragePrecision)}.${leftOut}

| label | precision | recall | F1 | support |
| --- | --- | --- | --- | --- |
${metrics.labels.map((label) => row(label.name, label, String(label.support), canBeJudged(label))).join('\n')}
${(['macro', 'micro'] as const).map((name) => row(`${name} average`, metrics[name], '')).join('\n')}`;
}

/** Text of others within Markdown: one line, nothing of it markup. */
const inline = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (c) => `\\${c}`);
