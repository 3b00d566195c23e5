# SPDX-License-Identifier: Apache-2.0
"""How much words of texts are like words of labels: late interaction, beside the cosine of whole embeddings.

For entail_scoring.py. `embedding/interaction.safetensors` has what hidden states are compared by; the formula stands in
Entail's engine/zeroshot/lateInteraction.ts.
"""

import numpy as np
from entail_files import AGAIN, ModelError, WrongField, digest_of, reading, tensors_of

INTERACTION = "embedding/interaction.safetensors"


class Interaction:
    """path: of that file; share, digest: what the combined reading says of it."""

    def __init__(self, path, share, digest):
        if digest_of(path)[: len(digest)] != digest:
            raise ModelError(f'"{path}" is not the file of this model: {AGAIN}.')
        self.share = share
        with reading(path):
            tensors, _ = tensors_of(path, ("F16", "F32"))
            self._projection, self._gate = tensors["projection"], tensors["gate"]
            fits = self._projection.ndim == 2 and self._gate.shape == self._projection.shape[:1]
            if not fits or self._projection.size == 0:
                raise WrongField("its tensors do not fit together")
        self._path = path

    def read_labels(self, wordings, embed):
        """Keeps the tokens of the labels' wordings; their embeddings are the answer, [labels][kinds][texts, hidden].

        wordings: token ids, [labels][kinds][texts]; embed: of a model.
        """
        tokens, shares, embeddings = [], [], []
        for label, kinds in enumerate(wordings):
            embeddings.append([])
            for kind in kinds:
                states = [[] for _ in kind]
                embedded = embed(kind, lambda i, hidden: states[i].append(self._inner(hidden)))  # noqa: B023
                embeddings[-1].append(embedded)
                for own in (np.concatenate(windows) for windows in states):
                    weights = np.exp(own @ self._gate)
                    row = np.zeros((len(own), len(wordings)))
                    row[:, label] = weights / (weights.sum() * len(kind) * len(kinds))
                    tokens.append(self._tokens(own))
                    shares.append(row)
        self._labels, self._shares = np.concatenate(tokens), np.concatenate(shares)
        return embeddings

    def read(self, texts, embed):
        """(embeddings, how much each text is like each label by its words [texts, labels]). texts: token ids."""
        best = np.full((len(texts), len(self._labels)), -np.inf)

        def compare(i, hidden):
            cosines = self._labels @ self._tokens(self._inner(hidden)).T
            np.maximum(best[i], cosines.max(axis=1), out=best[i])

        embeddings = embed(texts, compare)
        late = best @ self._shares
        if not np.isfinite(late).all():
            raise ModelError(f'"{self._path}" makes no numbers of a text: its weights are damaged.')
        return embeddings, late

    def _inner(self, hidden):
        """Without the tokens around a text, unless there are no others."""
        if hidden.shape[1] != len(self._gate):
            raise ModelError(
                f'"{self._path}" is of another encoder than that beside it (for hidden states of {len(self._gate)} '
                f"numbers, and those of the encoder have {hidden.shape[1]}): {AGAIN}."
            )
        return hidden[1:-1] if len(hidden) > 2 else hidden

    def _tokens(self, hidden):
        projected = hidden @ self._projection
        return projected / np.linalg.norm(projected, axis=1, keepdims=True)
