"""LoRA with PEFT over the batches in a folder, then the probability of entailment for each judged pair, as JSON."""

import json
import os
import sys

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import BertConfig, BertForSequenceClassification, get_linear_schedule_with_warmup

folder = sys.argv[1]
with open(os.path.join(folder, "batches.json")) as file:
    plan = json.load(file)

torch.manual_seed(plan["seed"])
config = BertConfig.from_pretrained(folder)
config.hidden_dropout_prob = 0.0
config.attention_probs_dropout_prob = 0.0
model = BertForSequenceClassification(config)
model.load_state_dict(load_file(os.path.join(folder, "model.safetensors")), strict=False)
model = get_peft_model(
    model,
    LoraConfig(
        r=8, lora_alpha=16, lora_dropout=0.0, target_modules=["query", "value"], modules_to_save=["classifier", "pooler"]
    ),
)
trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
groups = [
    {"params": [p for _, p in trained if p.dim() > 1], "weight_decay": 0.01},
    {"params": [p for _, p in trained if p.dim() == 1], "weight_decay": 0.0},
]
optimizer = torch.optim.AdamW(groups, lr=plan["learningRate"], fused=True)
schedule = get_linear_schedule_with_warmup(optimizer, plan["warmup"], len(plan["batches"]))


def collate(rows):
    longest = max(len(row["ids"]) for row in rows)
    pad = lambda values: values + [0] * (longest - len(values))
    return {
        "input_ids": torch.tensor([pad(row["ids"]) for row in rows]),
        "attention_mask": torch.tensor([pad([1] * len(row["ids"])) for row in rows]),
        "token_type_ids": torch.tensor([pad(row["types"]) for row in rows]),
    }


model.train()
for batch in plan["batches"]:
    rows = [plan["rows"][i] for i in batch]
    loss = model(**collate(rows), labels=torch.tensor([row["label"] for row in rows])).loss
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for _, p in trained], 1.0)
    optimizer.step()
    schedule.step()

model.eval()
probabilities = [0.0] * len(plan["judged"])
order = sorted(range(len(plan["judged"])), key=lambda i: len(plan["judged"][i]["ids"]))
with torch.no_grad():
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        logits = model(**collate([plan["judged"][i] for i in part])).logits
        chosen = logits[:, [plan["entailment"], plan["contradiction"]]].softmax(-1)[:, 0]
        for i, probability in zip(part, chosen.tolist()):
            probabilities[i] = probability
print(json.dumps({"probabilities": probabilities}))
