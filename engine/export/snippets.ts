/** Python that gives the app's probabilities, with transformers and PyTorch; texts of any length, sentences never cut. */
export const PYTHON = `import json
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

how, labels = json.load(open("scoring.json")), json.load(open("labels.json"))
model = AutoModelForSequenceClassification.from_pretrained(".").eval()
tokenizer = Tokenizer.from_file("tokenizer.json")  # as it is: AutoTokenizer rebuilds some, with other ids
tokenizer.no_truncation()
tokenizer.no_padding()
no, yes = how["classes"]["contradiction"], how["classes"]["entailment"]


def ids_of(text):
    return tokenizer.encode(text, add_special_tokens=False).ids


longest = max(len(ids_of(sentence)) for label in labels for sentence in label["hypotheses"])
room = how["maxLength"] - (len(how["pair"]["ids"]) - 2) - longest


def windows(ids):
    """A text that fits is read whole, a longer one in windows that overlap by a quarter."""
    if len(ids) <= room:
        return [ids]
    size = min(room, how["window"])
    last = len(ids) - size
    return [ids[start : start + size] for start in [*range(0, last, max(1, size - size // 4)), last]]


def probability(window, sentence):
    parts = [{"text": window, "sentence": sentence}.get(part, [part]) for part in how["pair"]["ids"]]
    types = [kind for part, kind in zip(parts, how["pair"]["types"]) for _ in part]
    ids = [token for part in parts for token in part]
    inputs = {"input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": types}
    with torch.no_grad():
        logits = model(**{name: torch.tensor([inputs[name]]) for name in how["inputs"]}).logits[0]
    return logits[[no, yes]].softmax(-1)[1].item()


def score(text, label):
    """The best window of each sentence; the mean of the sentences."""
    parts = windows(ids_of(text))
    sentences = [ids_of(sentence) for sentence in label["hypotheses"]]
    return sum(max(probability(part, own) for part in parts) for own in sentences) / len(sentences)


for label in labels:
    found = score("The parcel came two weeks late.", label)
    print(label["name"], round(found, 3), found >= label["threshold"])`;

/**
 * The same for transformers.js. By the base class: its AutoModelForSequenceClassification refuses families that it has no
 * class for, such as GPT-2, and adds nothing for the others.
 */
export const JAVASCRIPT = `import { readFileSync } from 'node:fs';
import { AutoTokenizer, PreTrainedModel, Tensor } from '@huggingface/transformers';

const read = (name) => JSON.parse(readFileSync(name, 'utf8'));
const [how, labels] = [read('scoring.json'), read('labels.json')];
const tokenizer = await AutoTokenizer.from_pretrained('.');
const model = await PreTrainedModel.from_pretrained('.', { dtype: 'fp32' });
const { contradiction: no, entailment: yes } = how.classes;

const idsOf = (text) => tokenizer.encode(text, { add_special_tokens: false });
const longest = Math.max(...labels.flatMap(({ hypotheses }) => hypotheses.map((own) => idsOf(own).length)));
const room = how.maxLength - (how.pair.ids.length - 2) - longest;

/** A text that fits is read whole, a longer one in windows that overlap by a quarter. */
function windows(ids) {
  if (ids.length <= room) return [ids];
  const size = Math.min(room, how.window);
  const last = ids.length - size;
  const starts = [last];
  for (let start = 0; start < last; start += Math.max(1, size - Math.floor(size / 4))) starts.push(start);
  return starts.map((start) => ids.slice(start, start + size));
}

async function probability(window, sentence) {
  const own = { text: window, sentence };
  const parts = how.pair.ids.map((part) => own[part] ?? [part]);
  const ids = parts.flat();
  const tensor = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const inputs = {
    input_ids: tensor(ids),
    attention_mask: tensor(ids.map(() => 1)),
    token_type_ids: tensor(parts.flatMap((part, i) => part.map(() => how.pair.types[i]))),
  };
  const { logits } = await model(Object.fromEntries(how.inputs.map((name) => [name, inputs[name]])));
  return 1 / (1 + Math.exp(logits.data[no] - logits.data[yes]));
}

/** The best window of each sentence; the mean of the sentences. */
async function score(text, { hypotheses }) {
  let sum = 0;
  for (const sentence of hypotheses) {
    let best = 0;
    for (const window of windows(idsOf(text))) best = Math.max(best, await probability(window, idsOf(sentence)));
    sum += best;
  }
  return sum / hypotheses.length;
}

for (const label of labels) {
  const found = await score('The parcel came two weeks late.', label);
  console.log(label.name, found.toFixed(3), found >= label.threshold);
}`;

/** Python that gives what the app suggests, by the programs in the folder. */
export const TOGETHER = `import sys
sys.path.insert(0, "jobs")
from entail_scoring import Scorer

scorer = Scorer(".")
probabilities = scorer.score(["The parcel came two weeks late."])  # [texts, labels]
print(scorer.labels, probabilities, scorer.applies(probabilities))`;
