"""Zero-shot classification with Hugging Face's pipeline: reads one JSON request per line, answers one per line.

Started by bench/suggesting.ts with a folder that holds config.json, model.safetensors and the tokenizer's files.
What its own community would do is done: the best number of threads and the best batch size are searched, SDPA
attention, inference mode, texts sorted by length so that batches pad little. The default is what the pipeline does
when it is called as its documentation shows.
"""

import json
import os
import resource
import sys
import time

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

folder = sys.argv[1]
loaded = {}


def classifier(dtype):
    if dtype not in loaded:
        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder)
        loaded[dtype] = pipeline("zero-shot-classification", model=model, tokenizer=tokenizer, device="cpu")
    return loaded[dtype]


def run(request, texts, batch_size, threads):
    torch.set_num_threads(threads)
    pipe = classifier(request["dtype"])
    options = {} if batch_size is None else {"batch_size": batch_size}
    started = time.perf_counter()
    order = range(len(texts)) if batch_size is None else sorted(range(len(texts)), key=lambda i: len(texts[i]))
    with torch.inference_mode():
        results = pipe(
            [texts[i] for i in order],
            candidate_labels=request["labels"],
            hypothesis_template=request["template"],
            multi_label=True,
            **options,
        )
    seconds = time.perf_counter() - started
    scores = [None] * len(texts)
    for i, result in zip(order, results):
        by_label = dict(zip(result["labels"], result["scores"]))
        scores[i] = [by_label[label] for label in request["labels"]]
    return seconds, scores


best = {}


def best_setup(request):
    """Batch size and thread count that classify a part of the texts fastest; found once per dtype."""
    dtype = request["dtype"]
    if dtype not in best:
        part = request["texts"][:: max(1, len(request["texts"]) // 24)]
        every = os.cpu_count() or 1
        found = []
        for threads in sorted({every, max(1, every // 2)}):
            for batch_size in [8, 16, 32, 64]:
                found.append((run(request, part, batch_size, threads)[0], batch_size, threads))
        best[dtype] = min(found)[1:]
    return best[dtype]


for line in sys.stdin:
    request = json.loads(line)
    default = request["setup"] == "default"
    batch_size, threads = (None, os.cpu_count() or 1) if default else best_setup(request)
    if default:
        run(request, request["texts"][:2], None, threads)
    seconds, scores = run(request, request["texts"], batch_size, threads)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "scores": scores,
                "batchSize": batch_size,
                "threads": threads,
                "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "torch": torch.__version__,
            }
        ),
        flush=True,
    )
