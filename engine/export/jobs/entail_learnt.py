# SPDX-License-Identifier: Apache-2.0
"""What the decisions in a project taught beside its model: `learnt/` of a folder that Entail exported.

For entail_scoring.py. `learnt/learnt.json` holds the constants. Weights beside it are small changes of those in the models:
`base.safetensors` takes out of onnx/model.onnx what it was trained on, `embeddings.safetensors` makes of it, or of the
encoder where the folder has one, the model that texts are embedded with.
"""

import numpy as np
from entail_files import (
    AGAIN,
    ModelError,
    WrongField,
    check_version,
    checked_fusion,
    checked_labels,
    checked_number,
    checked_numbers,
    checked_priors,
    digest_of,
    json_of,
    reading,
    tensors_of,
)
from entail_model import logistic

CONSTANTS = "learnt/learnt.json"
BASE = "learnt/base.safetensors"
EMBEDDINGS = "learnt/embeddings.safetensors"
VERSIONS = (1, 2, 3)
# What a label's head is made of beside its embedding, and how heads and the trained model are read together.
HEAD = ("suggested", "entailed", "constant")
RUN = ("head", "run", "constant")
# Log-odds beyond this say nothing more.
MOST_ODDS = 8.0


class Learnt:
    """The constants of `learnt/learnt.json`; the formulas stand in Entail's engine/head."""

    def __init__(self, path, encoder):
        """encoder: whether the folder has one of its own."""
        own = json_of(path)
        with reading(path):
            self._take(own, path, encoder)

    def _take(self, own, path, encoder):
        if own["version"] not in VERSIONS:
            raise ModelError(f'"{path}" is of another version of Entail: take the jobs of the folder that it is from.')
        check_version(own["version"], encoder)
        # Folders of versions before say nothing of their files.
        self._digests = own.get("files", {})
        self.labels = checked_labels(own["labels"])
        if (own["combination"] is None) != (own["priors"] is None):
            raise WrongField("it has no combination for its priors, or no priors for its combination")
        self.combination = None if own["combination"] is None else checked_fusion(own["combination"])
        self.priors = None if own["priors"] is None else checked_priors(own["priors"], self.labels)
        self.tuned = own["tuned"]
        if not isinstance(self.tuned, bool):
            raise WrongField('"tuned" must be true or false')
        self._run = None if own["run"] is None else {key: checked_number(own["run"][key], key) for key in RUN}
        self._layers = _checked_layers(own["layers"])
        self._encoder_layers = _checked_layers(own.get("encoderLayers", self._layers))
        size = len(own["mean"])
        self._mean = np.array(checked_numbers(own["mean"], "mean", size))
        heads = [label["head"] for label in self.labels]
        self._suggested, self._entailed, self._constant = (
            np.array([checked_number(head[key], key) for head in heads]) for key in HEAD
        )
        none = [0.0] * size
        self._embedding = np.array(
            [
                none if head["embedding"] is None else checked_numbers(head["embedding"], "embedding", size)
                for head in heads
            ]
        )

    def check(self, files):
        """Raises ModelError for a graph or weights that what decisions taught does not rest on. files: {name: path}."""
        for name, path in files.items():
            wanted = self._digests.get(name)
            if wanted is not None and digest_of(path) != wanted:
                raise ModelError(f'"{path}" is not the file that {CONSTANTS} rests on: {AGAIN}.')

    @property
    def embeds(self):
        """Whether what texts are like says anything."""
        return bool(self._embedding.any())

    @property
    def is_trained(self):
        """Whether onnx/model.onnx was trained, and is read together with the model that it was trained from."""
        return self._run is not None

    def taught(self, plain, odds, embeddings):
        """Probabilities as decisions taught to see them, [texts, labels]; `plain` is what is suggested without."""
        found = self._suggested * _log_odds(plain) + self._entailed * odds + self._constant
        if embeddings is not None:
            if embeddings.shape[1] != len(self._mean):
                raise ModelError("What embeds texts is of another model than learnt/: export the model again.")
            found = found + (embeddings - self._mean) @ self._embedding.T
        return logistic(found)

    def together(self, by_heads, run):
        """The same together with the log-odds of the trained model."""
        own = self._run
        return logistic(own["head"] * _log_odds(by_heads) + own["run"] * run + own["constant"])

    def changed(self, graph, place, path, encoder=False):
        """The bytes of a model, or of the encoder, with the weights that a file of `learnt/` says; place: of the graph."""
        with reading(place):
            places = _initializers(graph)
        with reading(path):
            return self._with_weights(graph, places, path, encoder)

    def _with_weights(self, graph, places, path, encoder):
        layers = self._encoder_layers if encoder else self._layers
        tensors, about = tensors_of(path, ("F32",))
        scaling = float(about["alpha"]) / float(about["rank"])
        changed = bytearray(graph)

        def weights(name):
            if name not in places:
                raise ModelError(f'"{path}" belongs to another model: export it again.')
            start, end = places[name]
            return np.frombuffer(changed, dtype="<f4", count=(end - start) // 4, offset=start)

        for name, values in tensors.items():
            if name.endswith(".lora_A"):
                module = name.removesuffix(".lora_A")
                change = scaling * (values.astype(np.float64) @ tensors[f"{module}.lora_B"].astype(np.float64))
                layer = layers[module]
                whole = weights(layer["weight"])
                whole += (change.T if layer["transposed"] else change).ravel().astype(np.float32)
            elif not name.endswith(".lora_B"):
                weights(name)[:] = values.ravel()
        return bytes(changed)


def _log_odds(probabilities):
    """As Entail has them: of probabilities that are rounded to float32, cut at both ends."""
    p = np.asarray(probabilities, dtype=np.float32).astype(np.float64)
    with np.errstate(divide="ignore"):
        return np.clip(np.log(p) - np.log1p(-p), -MOST_ODDS, MOST_ODDS)


def _checked_layers(layers):
    for layer in layers.values():
        if not isinstance(layer["weight"], str) or not isinstance(layer["transposed"], bool):
            raise WrongField("a layer does not say where its weights are")
    return layers


def _initializers(graph):
    """Where the raw values of an ONNX model's weights lie: {name: (start, end)} (onnx.proto: graph 7, initializer 5)."""
    found = {}
    for field, start, end in _fields(graph, 0, len(graph)):
        if field != 7:
            continue
        for inner, first, last in _fields(graph, start, end):
            if inner != 5:
                continue
            parts = {number: (one, other) for number, one, other in _fields(graph, first, last) if number in (8, 9)}
            if len(parts) == 2:
                one, other = parts[8]
                found[graph[one:other].decode()] = parts[9]
    return found


def _fields(data, start, end):
    """(number, begin, end) of each field of a message with a length; the others are passed over."""
    at = start
    while at < end:
        key, at = _number(data, at)
        kind = key & 7
        if kind == 2:
            length, at = _number(data, at)
            yield key >> 3, at, at + length
            at += length
        elif kind == 0:
            _, at = _number(data, at)
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError("no model of ONNX")


def _number(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
