# SPDX-License-Identifier: Apache-2.0
"""The files of a folder that Entail exported: read, checked, and told in a sentence where they can't be used.

For entail_scoring.py. Nothing is repaired or guessed: half a file gives other probabilities, or none.
"""

import contextlib
import hashlib
import json

import numpy as np

# What to do about a file.
AGAIN = "copy the whole exported folder again, or export the model again"

# What scoring.json and its embedding, entail.json and priors.json must say.
HOW = ("pair", "classes", "logits", "maxLength", "window", "alone", "embedding")
EMBEDDING = ("hiddenState", "longest", "before", "after")
FUSION = ("bias", "entailment", "centred", "competition", "sharpness", "prior", "priorDocuments")
PRIORS = ("documents", "odds", "cosine")


class ModelError(Exception):
    """A folder that can't be used, or a model that answers no numbers; the message is a sentence for people."""


@contextlib.contextmanager
def reading(path):
    """Whatever is wrong with a file while it is read ends in a sentence that names it."""
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except OSError as error:
        raise ModelError(f'"{path}" can\'t be read ({error.strerror or error}): {AGAIN}.') from error
    # Runtime and tokenizers raise what they like; theirs is for programmers.
    except Exception as error:
        raise ModelError(f'"{path}" is cut off or damaged: {AGAIN}.') from error


def json_of(path):
    """What a file of JSON says."""
    with reading(path), open(path, encoding="utf-8-sig") as file:
        return json.load(file)


def bytes_of(path):
    """A file whole."""
    with reading(path), open(path, "rb") as file:
        return file.read()


def digest_of(path):
    """SHA-256 of a file."""
    own = hashlib.sha256()
    with reading(path), open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            own.update(chunk)
    return own.hexdigest()


def how_of(path):
    """What scoring.json says, with all that is asked of it."""
    how = json_of(path)
    with reading(path):
        if how["format"] != 1:
            raise ModelError(f'"{path}" is of a later version of Entail: take the jobs of the folder that it is from.')
        parts = ((how, HOW), (how["pair"], ("ids", "types")), (how["classes"], ("entailment", "contradiction")))
        for own, names in (*parts, *([(how["embedding"], EMBEDDING)] if how["embedding"] is not None else [])):
            for name in names:
                own[name]
    return how


def labels_in(path):
    """What labels.json says."""
    labels = json_of(path)
    with reading(path):
        return checked_labels(labels)


def fusion_in(path):
    """How a model's readings are combined, as entail.json says."""
    own = json_of(path)
    with reading(path):
        return checked_fusion(own["combination"])


def priors_in(path, labels):
    """What is usual for the labels, as priors.json says."""
    own = json_of(path)
    with reading(path):
        return checked_priors(own, labels)


def checked_labels(labels):
    """The same, of labels; raises whatever comes, for `reading` to tell."""
    if not isinstance(labels, list) or not labels:
        raise ValueError("no list of labels")
    for label in labels:
        texts = [label["name"], label.get("description") or "", *label["hypotheses"]]
        if not label["hypotheses"] or not all(isinstance(text, str) for text in texts):
            raise ValueError("a label has no name or no sentence")
        float(label["threshold"])
    return labels


def checked_fusion(own):
    for name in FUSION:
        float(own[name])
    return own


def checked_priors(own, labels):
    for name in PRIORS:
        if len(np.array(own[name], dtype=float)) != len(labels):
            raise ValueError("of other labels")
    return own
