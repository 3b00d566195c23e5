# SPDX-License-Identifier: Apache-2.0
"""What one graph of a model that Entail exported says of texts: log-odds of labels, and embeddings.

For entail_scoring.py; `scoring.json` says how texts and sentences are joined, cut and read.
"""

import os

# Whoever distributes work gives each process its cores; a second pool of threads would only be in the way.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import onnxruntime
from entail_files import ModelError, reading
from tokenizers import Tokenizer

# Measured by Entail: so many tokens at a time fit a core's cache.
TOKENS_PER_BATCH = 512
MOST_PER_BATCH = 256
# Entail reads no more of a text, in UTF-16 units.
MOST_CHARACTERS = 10_000_000


class Encoder:
    """Tokens of texts and sentences, and how they are joined."""

    def __init__(self, how, tokenizer):
        self.how = how
        with reading(tokenizer):
            self._tokenizer = Tokenizer.from_file(tokenizer)
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()

    def encode(self, texts):
        cut = [_cut(text) for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(cut, add_special_tokens=False)]

    def room_for(self, sentence):
        """Tokens of a text that fit beside a sentence."""
        return self.how["maxLength"] - (len(self.how["pair"]["ids"]) - 2) - len(sentence)

    def windows(self, ids, room):
        """A text that fits is read whole; a longer one in windows that overlap by a quarter, the last one at its end."""
        if len(ids) <= room:
            return [ids]
        size = min(room, self.how["window"])
        stride = max(1, size - size // 4)
        last = len(ids) - size
        starts = [*range(0, last, stride), last]
        return [ids[start : start + size] for start in starts]

    def assemble(self, text, sentence):
        """Ids and token types of a pair, with the model's special tokens around and between."""
        ids, types = [], []
        for part, kind in zip(self.how["pair"]["ids"], self.how["pair"]["types"]):
            own = text if part == "text" else sentence if part == "sentence" else [part]
            ids.extend(own)
            types.extend([kind] * len(own))
        return ids, types


class Model:
    """A graph that is loaded. graph: the bytes of an ONNX file; path: its place; embeds: its hidden state is asked for, too;
    alone: tokens that it counts."""

    def __init__(self, graph, path, encoder, threads=1, embeds=False, alone=None):
        self._path = path
        self._encoder = encoder
        self._how = encoder.how
        self._alone = set(self._how["alone"] if alone is None else alone)
        if embeds and self._how["embedding"] is None:
            raise ModelError("This model has no embeddings: delete entail.json, and it is read by entailment alone.")
        more = _output(self._how["embedding"]["hiddenState"]) if embeds else b""
        with reading(path):
            self._session = _open(bytes(graph) + more, threads)
            self._inputs = {i.name for i in self._session.get_inputs()}

    def label_odds(self, windows, texts, labels, asked=None):
        """Log-odds per label, [texts, labels]: of a sentence in its best window, of a label the mean of its sentences.

        windows: token ids, [texts][windows]; texts and sentences are named where the model fails. asked: [texts, labels],
        None for all; what is not asked is no number.
        """
        sentences = [sentence for own in labels for sentence in own]
        label_of = [label for label, own in enumerate(labels) for _ in own]
        best = np.full((len(windows), len(sentences)), -np.inf)
        pairs = [
            (text, column, *self._encoder.assemble(window, sentence.ids))
            for text, own in enumerate(windows)
            for window in own
            for column, sentence in enumerate(sentences)
            if asked is None or asked[text, label_of[column]]
        ]
        yes, no = self._how["classes"]["entailment"], self._how["classes"]["contradiction"]
        for batch in self._batches(pairs):
            logits = self._run(self._how["logits"], batch)
            for (text, column, *_), row in zip(batch, logits):
                if not np.isfinite(row).all():
                    raise ModelError(
                        f'The model answers no number for "{texts[text][:60]}" with "{sentences[column].text[:60]}": '
                        "its weights are damaged."
                    )
                best[text, column] = max(best[text, column], row[yes] - row[no])
        ends = np.cumsum([len(own) for own in labels])
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = [
                best[:, end - 1]
                if len(own) == 1
                # The log-odds of the mean probability, exact also where all sentences are near certain.
                else np.log(logistic(best[:, end - len(own) : end]).sum(axis=1))
                - np.log(logistic(-best[:, end - len(own) : end]).sum(axis=1))
                for own, end in zip(labels, ends)
            ]
        odds = np.stack(columns, axis=1)
        return odds if asked is None else np.where(asked, odds, np.nan)

    def embed(self, texts, each=None):
        """The mean of a text's last hidden states, of length 1, over its windows: [texts, hidden]. texts: token ids.

        each: called with the place of a text and the hidden states of one of its windows, [tokens, hidden].
        """
        how = self._how["embedding"]
        windows = [_spread(ids, how["longest"] - 2, how.get("windows", 1)) for ids in texts]
        pairs = [
            ((i, w), None, [how["before"], *ids, how["after"]], [0] * (len(ids) + 2))
            for i, own in enumerate(windows)
            for w, ids in enumerate(own)
        ]
        vectors = [[None] * len(own) for own in windows]
        for batch in self._batches(pairs):
            states = self._run(how["hiddenState"], batch)
            sums = states.sum(axis=1)
            sums /= np.linalg.norm(sums, axis=1, keepdims=True)
            if not np.isfinite(sums).all():
                raise ModelError(f'"{self._path}" answers no number for a text: its weights are damaged.')
            for ((i, w), *_), vector, own in zip(batch, sums, states):
                vectors[i][w] = vector
                if each:
                    each(i, own)
        return np.stack([_joined(own) for own in vectors])

    def _batches(self, pairs):
        """Pairs of one length, so that none is padded; alone those with more special tokens than a pair has."""
        counted = self._alone
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
        with reading(self._path):
            return self._session.run([output], {key: value for key, value in feeds.items() if key in self._inputs})[0]


class Sentence:
    """A sentence of a label, and its tokens."""

    def __init__(self, text, ids):
        self.text, self.ids = text, ids


def logistic(odds):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-odds))


def _open(graph, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    onnxruntime.disable_telemetry_events()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


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


def _cut(text):
    if len(text) * 2 <= MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * MOST_CHARACTERS]
    return units.decode("utf-16-le", "replace")


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
