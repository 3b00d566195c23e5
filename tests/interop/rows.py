"""Input and output of the jobs in an exported folder, for tests/interop.

    rows.py make TEXTS.json FOLDER FILES        Parquet files with these texts (null: no text) and columns of many types
    rows.py compare FOLDER OUTPUT EXPECTED.json  every row once, every column as it was, the sample's probabilities
    rows.py score FOLDER TEXTS.json             {"seconds", "scores"} of entail_scoring alone, on one core
"""

import datetime
import decimal
import json
import math
import os
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

# Fall back one hour here; and before the first of the years that nanoseconds of 64 bits reach.
CLOCK = datetime.datetime(2025, 10, 26, 0, 30, tzinfo=datetime.timezone.utc)
EARLY = datetime.datetime(1600, 1, 1, tzinfo=datetime.timezone.utc)


def make(texts, folder, files):
    os.makedirs(folder)
    for number in range(files):
        own = range(number, len(texts), files)
        pq.write_table(table_of([texts[i] for i in own], own), os.path.join(folder, f"texts-{number:03d}.parquet"))


def table_of(texts, ids):
    def maybe(i, value):
        return None if i % 7 == 3 else value

    return pa.table(
        {
            "id": pa.array(ids, pa.int64()),
            "text": pa.array(texts, pa.string()),
            "large": pa.array([maybe(i, 2**60 + i) for i in ids], pa.int64()),
            "weight": pa.array([maybe(i, math.nan if i % 5 == 0 else i / 3) for i in ids], pa.float64()),
            "yes": pa.array([maybe(i, i % 2 == 0) for i in ids], pa.bool_()),
            "at": pa.array(
                [maybe(i, EARLY if i % 11 == 0 else CLOCK + datetime.timedelta(minutes=i % 120)) for i in ids],
                pa.timestamp("us", tz="UTC"),
            ),
            "day": pa.array([maybe(i, datetime.date(2024, 2, 29)) for i in ids], pa.date32()),
            "amount": pa.array([maybe(i, decimal.Decimal(i) / 10000) for i in ids], pa.decimal128(20, 4)),
            "blob": pa.array([maybe(i, bytes([i % 256, 0])) for i in ids], pa.binary()),
            "tags": pa.array([maybe(i, ["a", None, str(i)]) for i in ids], pa.list_(pa.string())),
            "place": pa.array(
                [maybe(i, {"x": maybe(i + 1, i), "y": "z"}) for i in ids],
                pa.struct([("x", pa.int64()), ("y", pa.string())]),
            ),
            "counts": pa.array([maybe(i, [("k", i), ("l", None)]) for i in ids], pa.map_(pa.string(), pa.int32())),
        }
    )


def compare(folder, output, expected):
    before = by_id(ds.dataset(folder))
    after = by_id(ds.dataset(output))
    ids = after.column("id").to_pylist()
    if ids != before.column("id").to_pylist():
        known = before.num_rows
        sys.exit(f"{known} rows became {len(ids)}, {len(set(ids))} of them different")
    for name in before.column_names:
        # The kind of an address of a list's items has other names elsewhere: the values count.
        own, found = (same_nan(one.column(name).to_pylist()) for one in (before, after))
        if own != found:
            at = next(i for i in range(len(own)) if own[i] != found[i])
            sys.exit(f'column "{name}" of row {at} was {own[at]!r} and is {found[at]!r}')
    texts = before.column("text").to_pylist()
    scores = after.column("scores").to_pylist()
    labels = after.column("labels").to_pylist()
    if any((text is None) != (score is None) for text, score in zip(texts, scores)):
        sys.exit("a text has no scores, or no text has some")
    if any((score is None) != (own is None) for own, score in zip(labels, scores)):
        sys.exit("scores and labels are not null in the same rows")
    largest, near = 0.0, 0
    for row in expected["rows"]:
        own = dict(scores[row["id"]])
        if list(own) != expected["labels"]:
            sys.exit(f"the labels are {list(own)}")
        largest = max(largest, *(abs(own[name] - p) for name, p in zip(expected["labels"], row["scores"])))
        for name, p, threshold in zip(expected["labels"], row["scores"], expected["thresholds"]):
            if abs(p - threshold) < 1e-4:
                near += 1
            elif (p >= threshold) != (name in labels[row["id"]]):
                sys.exit(f'row {row["id"]}: "{name}" is {p} and its threshold {threshold}, but the labels are {labels[row["id"]]}')
    print(json.dumps({"rows": len(ids), "sample": len(expected["rows"]), "largest": largest, "near": near}))


def by_id(source):
    return source.to_table().sort_by("id")


def same_nan(values):
    return ["NaN" if isinstance(value, float) and math.isnan(value) else value for value in values]


def score(folder, texts):
    sys.path.insert(0, os.path.join(folder, "jobs"))
    from entail_scoring import Scorer

    scorer = Scorer(folder)
    if scorer.needs_priors():
        scorer.learn_priors(texts)
    scorer.score(texts[:64])
    started = time.perf_counter()
    scores = scorer.score(texts)
    print(json.dumps({"seconds": time.perf_counter() - started, "scores": np.asarray(scores).tolist()}))


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "make":
        make(json.load(open(rest[0], encoding="utf-8")), rest[1], int(rest[2]))
    elif command == "compare":
        compare(rest[0], rest[1], json.load(open(rest[2], encoding="utf-8")))
    elif command == "score":
        score(rest[0], json.load(open(rest[1], encoding="utf-8")))
