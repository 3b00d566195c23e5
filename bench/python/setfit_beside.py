"""SetFit (Tunstall et al. 2022) on annotated texts: reads request.json of a folder, writes answer.json beside it.

Started by bench/learn/setfit.ts with a folder that holds config.json, model.safetensors and the tokenizer's files of
the encoder; the answer has probabilities for other texts. What its documentation recommends for several labels at once:
mean pooling, pairs of documents that share a label or don't, and one logistic regression for each label.
"""

import json
import logging
import os
import random
import sys
import time

import numpy
import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from setfit import SetFitModel, Trainer, TrainingArguments
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

logging.disable(logging.WARNING)
folder = sys.argv[1]
with open(os.path.join(folder, "request.json"), encoding="utf-8") as file:
    request = json.load(file)
torch.set_num_threads(os.cpu_count() or 1)
for seeded in (random.seed, numpy.random.seed, torch.manual_seed):
    seeded(request["seed"])

encoder = Transformer(folder, max_seq_length=request["maxLength"])
pooling = Pooling(encoder.get_embedding_dimension(), pooling_mode="mean")
body = SentenceTransformer(modules=[encoder, pooling], device="cpu")
model = SetFitModel(
    model_body=body,
    model_head=OneVsRestClassifier(LogisticRegression()),
    multi_target_strategy="one-vs-rest",
)
arguments = TrainingArguments(
    num_iterations=request["iterations"],
    num_epochs=1,
    batch_size=16,
    seed=request["seed"],
    save_strategy="no",
    eval_strategy="no",
    logging_strategy="no",
    report_to="none",
    show_progress_bar=False,
    output_dir=os.path.join(folder, "out"),
)
known = Dataset.from_dict({"text": request["texts"], "label": request["gold"]})
started = time.perf_counter()
Trainer(model=model, args=arguments, train_dataset=known).train()
seconds = time.perf_counter() - started
probabilities = numpy.asarray(model.predict_proba(request["unseen"], as_numpy=True))
with open(os.path.join(folder, "answer.json"), "w", encoding="utf-8") as file:
    json.dump({"seconds": seconds, "probabilities": probabilities.tolist()}, file)
