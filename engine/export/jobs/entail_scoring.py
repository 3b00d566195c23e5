# SPDX-License-Identifier: Apache-2.0
"""The probabilities of a model that Entail exported, as Entail itself computes them.

Needs numpy, onnxruntime and tokenizers, nothing else. The folder is the exported one: onnx/model.onnx, tokenizer.json,
labels.json and scoring.json, which says how texts and sentences are joined, cut and read. A folder with an entail.json
is read in the combined way (entailment and the likeness of text and label); what is usual for its labels stands in
priors.json, or is learnt from texts with `learn_priors`.

    from entail_scoring import Scorer
    scorer = Scorer("my-model")
    scorer.score(["The parcel came two weeks late."])  # an array of [texts, labels], in the order of scorer.labels
"""

import hashlib
import json
import os
import re
import sys

# Whoever distributes work gives each process its cores; a second pool of threads would only be in the way.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

MODEL = "onnx/model.onnx"
# Without these there are no probabilities; the others change them where they are there.
NEEDED = ("tokenizer.json", "scoring.json", "labels.json")
OPTIONAL = ("entail.json", "priors.json")

# Measured by Entail: so many tokens at a time fit a core's cache.
TOKENS_PER_BATCH = 512
MOST_PER_BATCH = 256
# Pairs whose tokens are held in memory at a time: many, so that those of one length fill batches.
PAIRS_AT_A_TIME = 8192
# Entail reads no more of a text, in UTF-16 units.
MOST_CHARACTERS = 10_000_000
# Log-odds beyond this say nothing more.
MOST_ODDS = 8.0
# From the first so many texts, so many are drawn to learn what is usual for a label.
PRIOR_FIRST, PRIOR_SAMPLE = 2000, 48
# Where Entail's source of randomness begins with seed 1.
SEEDED = (2820605979, 1004995797, 750306530, 1887336999)


class ModelError(Exception):
    """A folder that can't be used, or a model that answers no numbers; the message is a sentence for people."""


def files_of(folder, model=MODEL):
    """The files that make the probabilities, by name: {name: path}. Raises ModelError naming a missing one."""
    found = {name: os.path.join(folder, *name.split("/")) for name in (model, *NEEDED, *OPTIONAL)}
    for name in (model, *NEEDED):
        if not os.path.isfile(found[name]):
            raise ModelError(f'"{folder}" has no {name}: give the folder that Entail exported.')
    return {name: path for name, path in found.items() if os.path.isfile(path)}


def fingerprint(folder, model=MODEL):
    """A hash of everything that makes the probabilities: the same for the same answers."""
    total = hashlib.sha256()
    for name, path in sorted(files_of(folder, model).items()):
        own = hashlib.sha256()
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                own.update(chunk)
        total.update(f"{name} {own.hexdigest()}\n".encode())
    return total.hexdigest()


class Scorer:
    """A loaded model. `threads` are those of one run; 0 takes all cores."""

    def __init__(self, folder, model=MODEL, threads=1):
        files = files_of(folder, model)
        self._how = _json(files["scoring.json"])
        if self._how.get("format") != 1:
            raise ModelError("scoring.json is of a later version of Entail: take the jobs of the folder that it is from.")
        labels = _json(files["labels.json"])
        self.labels = [label["name"] for label in labels]
        self.thresholds = np.array([label["threshold"] for label in labels])
        self.fusion = _json(files["entail.json"])["combination"] if "entail.json" in files else None
        self.priors = _json(files["priors.json"]) if "priors.json" in files else None
        self._sentences = [sentence for label in labels for sentence in label["hypotheses"]]
        self._sentences_of = np.split(
            np.arange(len(self._sentences)), np.cumsum([len(label["hypotheses"]) for label in labels])[:-1]
        )
        self._tokenizer = Tokenizer.from_file(files["tokenizer.json"])
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._session = self._open(files[model], threads)
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._hypotheses = self._encode(self._sentences)
        for sentence, ids in zip(self._sentences, self._hypotheses):
            if self._room_for(ids) < 1:
                raise ModelError(f'The sentence "{sentence[:60]}" leaves no room for a text.')
        self._label_vectors = self._vectors_of(labels) if self.fusion else None

    def score(self, texts):
        """Probabilities, [texts, labels]; the label applies from its threshold on. None gives a row of NaN."""
        if self.fusion and self.priors is None:
            raise ModelError("What is usual for the labels is not known: call learn_priors first.")
        result = np.full((len(texts), len(self.labels)), np.nan)
        for rows, odds, ids in self._read(texts):
            if self.fusion:
                result[rows] = _fuse(self.fusion, self.priors, odds, self._embed(ids) @ self._label_vectors.T)
            else:
                result[rows] = _logistic(odds)
        return result

    def applies(self, probabilities):
        """The names of the labels that apply, per row of `score`'s answer; None for a row without a text."""
        rows = probabilities.astype(np.float32)
        return [
            None if np.isnan(row).any() else [self.labels[i] for i in np.flatnonzero(row >= self.thresholds)]
            for row in rows
        ]

    def needs_priors(self):
        """Whether `learn_priors` must be called before `score`."""
        return self.fusion is not None and self.priors is None

    def learn_priors(self, texts):
        """What is usual for the labels, from a sample of the first texts: the same texts give the same."""
        drawn = [text for text in texts if text is not None][:PRIOR_FIRST]
        drawn = _shuffled(drawn)[:PRIOR_SAMPLE]
        odds, cosines = np.zeros(len(self.labels)), np.zeros(len(self.labels))
        for _, read, ids in self._read(drawn):
            odds += np.clip(read, -MOST_ODDS, MOST_ODDS).sum(axis=0) / len(drawn)
            cosines += (self._embed(ids) @ self._label_vectors.T).sum(axis=0) / len(drawn)
        count = [len(drawn)] * len(self.labels)
        self.priors = {"documents": count, "odds": odds.tolist(), "cosine": cosines.tolist()}
        return self.priors

    def _read(self, texts):
        """(rows, log-odds of the labels [rows, labels], ids of the texts), so many texts that memory stays bounded."""
        room = min(self._room_for(ids) for ids in self._hypotheses)
        rows, ids, windows, pairs = [], [], [], 0
        for first in range(0, len(texts), 1024):
            part = [i for i in range(first, min(first + 1024, len(texts))) if texts[i] is not None]
            for row, own in zip(part, self._encode([texts[i] for i in part])):
                rows.append(row)
                ids.append(own)
                windows.append(_windows(own, room, self._how["window"]))
                pairs += len(windows[-1]) * len(self._hypotheses)
                if pairs >= PAIRS_AT_A_TIME:
                    yield rows, self._label_odds(windows, [texts[i] for i in rows]), ids
                    rows, ids, windows, pairs = [], [], [], 0
        if rows:
            yield rows, self._label_odds(windows, [texts[i] for i in rows]), ids

    def _label_odds(self, windows, texts):
        """Log-odds per label, [texts, labels]: of a sentence in its best window, of a label the mean of its sentences."""
        best = np.full((len(windows), len(self._hypotheses)), -np.inf)
        pairs = [
            (text, sentence, *self._assemble(window, hypothesis))
            for text, own in enumerate(windows)
            for window in own
            for sentence, hypothesis in enumerate(self._hypotheses)
        ]
        yes, no = self._how["classes"]["entailment"], self._how["classes"]["contradiction"]
        for batch in self._batches(pairs):
            logits = self._run("logits", batch)
            for (text, sentence, *_), row in zip(batch, logits):
                if not np.isfinite(row).all():
                    raise ModelError(
                        f'The model answers no number for "{texts[text][:60]}" with "{self._sentences[sentence][:60]}": '
                        "its weights are damaged."
                    )
                best[text, sentence] = max(best[text, sentence], row[yes] - row[no])
        columns = [
            best[:, own[0]]
            if len(own) == 1
            # The log-odds of the mean probability, exact also where all sentences are near certain.
            else np.log(_logistic(best[:, own]).sum(axis=1)) - np.log(_logistic(-best[:, own]).sum(axis=1))
            for own in self._sentences_of
        ]
        return np.stack(columns, axis=1)

    def _batches(self, pairs):
        """Pairs of one length, so that none is padded; alone those with more special tokens than a pair has."""
        counted = set(self._how["alone"])
        usual = sum(token in counted for token in self._how["pair"]["ids"])
        groups = {}
        for pair in pairs:
            alone = counted and sum(token in counted for token in pair[2]) != usual
            groups.setdefault((-len(pair[2]), id(pair) if alone else 0), []).append(pair)
        for (length, _), group in sorted(groups.items(), key=lambda item: item[0]):
            most = max(1, min(MOST_PER_BATCH, TOKENS_PER_BATCH // max(1, -length)))
            for start in range(0, len(group), most):
                yield group[start : start + most]

    def _run(self, output, batch):
        ids = np.array([ids for *_, ids, _ in batch], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        if "token_type_ids" in self._inputs:
            feeds["token_type_ids"] = np.array([types for *_, types in batch], dtype=np.int64)
        name = self._how["logits"] if output == "logits" else output
        return self._session.run([name], {key: value for key, value in feeds.items() if key in self._inputs})[0]

    def _embed(self, texts):
        """The mean of a text's last hidden states, of length 1, over its windows: [texts, hidden]. texts: token ids."""
        how = self._how["embedding"]
        windows = [_spread(ids, how["longest"] - 2, how.get("windows", 1)) for ids in texts]
        pairs = [
            ((i, w), None, [how["before"], *ids, how["after"]], [0] * (len(ids) + 2))
            for i, own in enumerate(windows)
            for w, ids in enumerate(own)
        ]
        vectors = [[None] * len(own) for own in windows]
        for batch in self._batches(pairs):
            sums = self._run(how["hiddenState"], batch).sum(axis=1)
            sums /= np.linalg.norm(sums, axis=1, keepdims=True)
            for ((i, w), *_), vector in zip(batch, sums):
                vectors[i][w] = vector
        return np.stack([_joined(own) for own in vectors])

    def _vectors_of(self, labels):
        """A vector per label: the mean over its name, its description and its sentences, each kind counting the same."""
        if self._how["embedding"] is None:
            raise ModelError("This model has no embeddings: delete entail.json, and it is read by entailment alone.")
        vectors = []
        for label in labels:
            described = [label["description"]] if (label.get("description") or "").strip() else []
            kinds = [[label["name"]], described, label["hypotheses"]]
            vectors.append(np.mean([self._embed(self._encode(kind)).mean(axis=0) for kind in kinds if kind], axis=0))
        return np.stack(vectors)

    def _encode(self, texts):
        cut = [_cut(text) for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(cut, add_special_tokens=False)]

    def _room_for(self, hypothesis):
        return self._how["maxLength"] - (len(self._how["pair"]["ids"]) - 2) - len(hypothesis)

    def _assemble(self, text, sentence):
        """Ids and token types of a pair, with the model's special tokens around and between."""
        ids, types = [], []
        for part, kind in zip(self._how["pair"]["ids"], self._how["pair"]["types"]):
            own = text if part == "text" else sentence if part == "sentence" else [part]
            ids.extend(own)
            types.extend([kind] * len(own))
        return ids, types

    def _open(self, path, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        with open(path, "rb") as file:
            model = file.read()
        if self.fusion and self._how["embedding"] is not None:
            model += _output(self._how["embedding"]["hiddenState"])
        onnxruntime.disable_telemetry_events()
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _spread(ids, room, most):
    """A text as parts of one size that cover it, at most so many, spread evenly; one that fits is one part."""
    count = min(most, max(1, -(-len(ids) // room)))
    last = max(0, len(ids) - room)
    starts = [0] if count == 1 else [int(i * last / (count - 1) + 0.5) for i in range(count)]
    return [ids[start : start + room] for start in starts]


def _joined(vectors):
    """The mean of vectors of length 1, of length 1."""
    if len(vectors) == 1:
        return vectors[0]
    mean = np.mean(vectors, axis=0)
    length = np.linalg.norm(mean)
    return mean / length if length > 1e-6 else vectors[0]


_CACHED = {}


def cached(folder, model=MODEL, priors=None):
    """The scorer of a folder, loaded once per process: workers are asked again and again."""
    key = (folder, model)
    if key not in _CACHED:
        _CACHED[key] = Scorer(folder, model)
    if priors is not None:
        _CACHED[key].priors = priors
    return _CACHED[key]


def label_frames(frames, folder, text="text", scores="scores", labels="labels", model=MODEL, priors=None):
    """For Spark's `mapInPandas`: the same frames with {label: probability} and the labels that apply.

    Both are None where the text is. Nothing of pandas is imported: a frame is what has columns.
    """
    scorer = cached(folder, model, priors)
    for frame in frames:
        found = answers(scorer, frame[text].tolist())
        yield frame.assign(**{scores: _column(frame, found[0]), labels: _column(frame, found[1])})


def answers(scorer, texts):
    """({label: probability} or None, labels that apply or None) for texts; what is no text has None."""
    probabilities = scorer.score([text if isinstance(text, str) else None for text in texts])
    applies = scorer.applies(probabilities)
    scored = [
        None if own is None else dict(zip(scorer.labels, row.tolist())) for row, own in zip(probabilities, applies)
    ]
    return scored, applies


def _column(frame, values):
    """A column of Python's objects: lists and dictionaries must not be taken for rows."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return type(frame.iloc[:, 0])(column, index=frame.index, dtype=object)


def _windows(ids, room, window):
    """A text that fits is read whole; a longer one in windows that overlap by a quarter, the last one at its end."""
    if len(ids) <= room:
        return [ids]
    size = min(room, window)
    stride = max(1, size - size // 4)
    last = len(ids) - size
    starts = [*range(0, last, stride), last]
    return [ids[start : start + size] for start in starts]


def _cut(text):
    if len(text) * 2 <= MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * MOST_CHARACTERS]
    return units.decode("utf-16-le", "replace")


def _logistic(odds):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-odds))


def _fuse(weights, priors, odds, cosine):
    """The combined reading, [texts, labels]; the formula stands in Entail's engine/zeroshot/fusion.ts."""
    documents, mean_odds, mean_cosine = (np.array(priors[key], dtype=float) for key in ("documents", "odds", "cosine"))
    trust = documents / (documents + weights["priorDocuments"])
    known = mean_cosine[documents > 0]
    overall = known.mean() if len(known) > 0 else 0.0
    usual_odds = weights["prior"] + trust * (mean_odds - weights["prior"])
    usual_cosine = overall + trust * (mean_cosine - overall)
    own = np.clip(odds, -MOST_ODDS, MOST_ODDS)
    sharp = weights["sharpness"] * (cosine - usual_cosine)
    most = sharp.max(axis=1, keepdims=True)
    level = most + np.log(np.exp(sharp - most).mean(axis=1, keepdims=True))
    return _logistic(
        weights["bias"]
        + weights["entailment"] * own
        + weights["centred"] * (own - usual_odds)
        + weights["competition"] * (sharp - level)
    )


def _output(name):
    """What makes a value of an ONNX model an output, appended to the file: Protocol Buffers merges what follows."""
    value = name.encode()
    value_info = b"\x0a" + _varint(len(value)) + value
    graph = b"\x62" + _varint(len(value_info)) + value_info
    return b"\x3a" + _varint(len(graph)) + graph


def _varint(number):
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def _shuffled(items):
    """Entail's own shuffle with seed 1 (sfc32; Fisher and Yates): the program draws the same sample."""
    a, b, c, counter = SEEDED
    shuffled = list(items)

    def word():
        nonlocal a, b, c, counter
        drawn = (a + b + counter) & 0xFFFFFFFF
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & 0xFFFFFFFF
        c = (((c << 21) & 0xFFFFFFFF | (c >> 11)) + drawn) & 0xFFFFFFFF
        counter = (counter + 1) & 0xFFFFFFFF
        return drawn

    for last in range(len(shuffled) - 1, 0, -1):
        limit = 2**32 - 2**32 % (last + 1)
        number = word()
        while number >= limit:
            number = word()
        other = number % (last + 1)
        shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
    return shuffled


def _json(path):
    try:
        with open(path, encoding="utf-8-sig") as file:
            return json.load(file)
    except ValueError as error:
        raise ModelError(f'"{path}" is no valid JSON: export the model again.') from error


def stop(sentence):
    """Ends a job with a sentence instead of a stack trace."""
    sys.exit(f"error: {sentence}")


def stop_if_ours(error):
    """Ends a job with the sentence of a ModelError, also one that a worker raised and an engine wrapped."""
    found = re.search(r"ModelError: ([^\n]+)", f"{type(error).__name__}: {error}")
    if isinstance(error, ModelError) or found:
        stop(found.group(1) if found else error)
