"""Our exports through Hugging Face datasets: datasets_trip.py TRAIN_JSONL TEST_JSONL TRAIN_PARQUET TEST_PARQUET OUT.

Writes of each what the library writes: OUT/<jsonl|parquet>-<train|test>.<jsonl|parquet|csv>.
"""

import os
import sys
import tempfile

train_lines, test_lines, train_parquet, test_parquet, out = sys.argv[1:6]
os.environ.update(HF_HOME=tempfile.mkdtemp(prefix="entail-datasets-", dir=out), HF_HUB_OFFLINE="1")
from datasets import ClassLabel, load_dataset

for kind, files in (
    ("json", {"train": train_lines, "test": test_lines}),
    ("parquet", {"train": train_parquet, "test": test_parquet}),
):
    name = "jsonl" if kind == "json" else kind
    for split, data in load_dataset(kind, data_files=files).items():
        if kind == "parquet":
            assert isinstance(data.features["labels"].feature, ClassLabel), data.features
        path = os.path.join(out, f"{name}-{split}")
        data.to_json(f"{path}.jsonl", force_ascii=False)
        data.to_parquet(f"{path}.parquet")
        data.to_csv(f"{path}.csv", index=False)
