# SPDX-License-Identifier: Apache-2.0
"""How much words of texts are like words of labels: late interaction, beside the cosine of whole embeddings.

For entail_scoring.py. `embedding/interaction.safetensors` has what hidden states are compared by; the formula stands in
Entail's engine/zeroshot/lateInteraction.ts.
"""

import json
import struct

import numpy as np
from entail_files import AGAIN, ModelError, WrongField, bytes_of, digest_of, reading

INTERACTION = "embedding/interaction.safetensors"
KINDS = {"F16": "<f2", "F32": "<f4"}


class Interaction:
    """path: of that file; share, digest: what the combined reading says of it."""

    def __init__(self, path, share, digest):
        if digest_of(path)[: len(digest)] != digest:
            raise ModelError(f'"{path}" is not the file of this model: {AGAIN}.')
        self.share = share
        with reading(path):
            self._projection, self._gate = _tensors(path)
            if self._projection.ndim != 2 or self._gate.shape != self._projection.shape[:1]:
                raise WrongField("its tensors do not fit together")

    def read_labels(self, wordings, embed):
        """Keeps the tokens of the labels' wordings. wordings: [labels][kinds] of token ids of each text; embed: of a model."""
        tokens, shares = [], []
        for label, kinds in enumerate(wordings):
            for kind in kinds:
                states = [[] for _ in kind]
                embed(kind, lambda i, hidden: states[i].append(_inner(hidden)))  # noqa: B023
                for own in (np.concatenate(windows) for windows in states):
                    weights = np.exp(own @ self._gate)
                    row = np.zeros((len(own), len(wordings)))
                    row[:, label] = weights / (weights.sum() * len(kind) * len(kinds))
                    tokens.append(self._tokens(own))
                    shares.append(row)
        self._labels, self._shares = np.concatenate(tokens), np.concatenate(shares)

    def read(self, texts, embed):
        """(embeddings, how much each text is like each label by its words [texts, labels]). texts: token ids."""
        best = np.full((len(texts), len(self._labels)), -np.inf)

        def compare(i, hidden):
            cosines = self._labels @ self._tokens(_inner(hidden)).T
            np.maximum(best[i], cosines.max(axis=1), out=best[i])

        embeddings = embed(texts, compare)
        return embeddings, best @ self._shares

    def _tokens(self, hidden):
        projected = hidden @ self._projection
        return projected / np.linalg.norm(projected, axis=1, keepdims=True)


def _inner(hidden):
    """Without the tokens around a text, unless there are no others."""
    return hidden[1:-1] if len(hidden) > 2 else hidden


def _tensors(path):
    content = bytes_of(path)
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    found = []
    for name in ("projection", "gate"):
        own = header[name]
        start, end = (8 + length + offset for offset in own["data_offsets"])
        values = np.frombuffer(content[start:end], dtype=KINDS[own["dtype"]]).astype(np.float32)
        if not np.isfinite(values).all():
            raise WrongField(f'"{name}" has weights that are no numbers')
        found.append(values.reshape(own["shape"]))
    return found
