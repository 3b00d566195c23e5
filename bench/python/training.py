"""The same training steps in PyTorch: reads {"method", "precision"} lines, answers {"seconds", "examples", "loss"}.

Started by bench/training.ts with a folder that holds config.json, model.safetensors and batches.json.
What its own community would do is done: the faster of eager and SDPA attention, the best number of threads, the
fused AdamW, inputs padded to the longest of the batch, no dropout (Entail has none).
"""

import json
import os
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import BertConfig, BertForSequenceClassification

folder = sys.argv[1]
with open(os.path.join(folder, "batches.json")) as file:
    plan = json.load(file)


def load(attention):
    config = BertConfig.from_pretrained(folder, attn_implementation=attention)
    config.hidden_dropout_prob = 0.0
    config.attention_probs_dropout_prob = 0.0
    model = BertForSequenceClassification(config)
    missing, unexpected = model.load_state_dict(load_file(os.path.join(folder, "model.safetensors")), strict=False)
    missing = [name for name in missing if not name.endswith("position_ids")]
    if missing:
        raise SystemExit(f"weights are missing: {missing}")
    return model


def prepare(method, attention):
    torch.manual_seed(1)
    model = load(attention)
    if method == "full":
        for parameter in model.bert.embeddings.parameters():
            parameter.requires_grad = parameter.dim() == 1
    else:
        targets = ["query", "value"] if method == "lora" else "all-linear"
        model = get_peft_model(
            model,
            LoraConfig(r=8, lora_alpha=16, lora_dropout=0.0, target_modules=targets, modules_to_save=["classifier", "pooler"])
            if method == "lora"
            else LoraConfig(
                r=8,
                lora_alpha=16,
                lora_dropout=0.0,
                target_modules=r".*encoder\.layer\..*\.(query|key|value|dense)",
                modules_to_save=["classifier", "pooler"],
            ),
        )
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    return model, trained, torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01, fused=True)


def collate(rows):
    longest = max(len(row["ids"]) for row in rows)
    pad = lambda values: values + [0] * (longest - len(values))
    return {
        "input_ids": torch.tensor([pad(row["ids"]) for row in rows]),
        "attention_mask": torch.tensor([pad([1] * len(row["ids"])) for row in rows]),
        "token_type_ids": torch.tensor([pad(row["types"]) for row in rows]),
        "labels": torch.tensor([row["label"] for row in rows]),
    }


def run(state, precision, batches):
    model, trained, optimizer = state
    started = time.perf_counter()
    examples = 0
    for batch in batches:
        inputs = collate([plan["rows"][i] for i in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            loss = model(**inputs).loss
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        examples += len(batch)
    return {"seconds": time.perf_counter() - started, "examples": examples, "loss": loss.item()}


best = {}


def best_setup(method, precision):
    """Attention and thread count that run a few batches fastest; found once per method and precision."""
    key = (method, precision)
    if key not in best:
        found = []
        for attention in ["eager", "sdpa"]:
            state = prepare(method, attention)
            for threads in sorted({1, os.cpu_count() or 1, max(1, (os.cpu_count() or 1) // 2)}):
                torch.set_num_threads(threads)
                run(state, precision, plan["batches"][:1])
                found.append((run(state, precision, plan["batches"][:2])["seconds"], attention, threads))
        best[key] = min(found)[1:]
    return best[key]


for line in sys.stdin:
    request = json.loads(line)
    attention, threads = best_setup(request["method"], request["precision"])
    torch.set_num_threads(threads)
    state = prepare(request["method"], attention)
    run(state, request["precision"], plan["batches"][:1])
    result = run(state, request["precision"], plan["batches"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result.update(attention=attention, threads=threads, peakMegabytes=peak, torch=torch.__version__)
    print(json.dumps(result), flush=True)
