# SPDX-License-Identifier: Apache-2.0
"""The files of a folder that Entail exported: read, checked, and told in a sentence where they can't be used.

For entail_scoring.py. Nothing is repaired or guessed: half a file gives other probabilities, or none.
"""

import contextlib
import hashlib
import json
import struct

import numpy as np

# What to do about a file.
AGAIN = "copy the whole exported folder again, or export the model again"

# What scoring.json and its embedding, entail.json and priors.json must say.
HOW = ("pair", "classes", "logits", "maxLength", "window", "alone", "embedding")
EMBEDDING = ("hiddenState", "longest", "before", "after")
FUSION = ("bias", "entailment", "centred", "competition", "sharpness", "prior", "priorDocuments")
PRIORS = ("documents", "odds", "cosine")

# What Entail, in JavaScript, takes for blank; Python's own has U+001C to U+001F and U+0085, and not U+FEFF.
BLANK = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))

# Kinds of weights, by the names that safetensors files have for them.
TENSORS = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
# As Entail has them: more than any number of these files is, and within which sums stay numbers.
MOST_NUMBER = 1e9
# What a coefficient of the combined reading may be; the others lie within a thousand.
BOUNDS = {"sharpness": (0, 1000), "priorDocuments": (1e-9, 1e6)}


class ModelError(Exception):
    """A folder that can't be used, or a model that answers no numbers; the message is a sentence for people."""


class WrongField(ValueError):
    """What is wrong with a file, as half a sentence."""


@contextlib.contextmanager
def reading(path):
    """Whatever is wrong with a file while it is read ends in a sentence that names it."""
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except OSError as error:
        raise ModelError(f'"{path}" can\'t be read ({error.strerror or error}): {AGAIN}.') from error
    except WrongField as error:
        raise ModelError(f'"{path}" can\'t be used ({error}): {AGAIN}.') from error
    # Runtime and tokenizers raise what they like; theirs is for programmers.
    except Exception as error:
        raise ModelError(f'"{path}" is cut off or damaged: {AGAIN}.') from error


def json_of(path):
    """What a file of JSON says."""
    with reading(path), open(path, encoding="utf-8-sig") as file:
        return json.load(file, parse_constant=_refused, parse_float=_finite)


def _refused(name):
    """Python reads NaN and Infinity where JSON has none."""
    raise WrongField(f"{name} is no number")


def _finite(text):
    value = float(text)
    if abs(value) == float("inf"):
        raise WrongField(f"{text} is too large")
    return value


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


def tensors_of(path, kinds):
    """({name: values in float32}, what else stands in the header) of a safetensors file with weights of these kinds."""
    content = bytes_of(path)
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    about = header.pop("__metadata__", {})
    tensors = {}
    for name, own in header.items():
        if own["dtype"] not in kinds:
            wanted = " or ".join(TENSORS[kind].name for kind in kinds)
            raise ModelError(f'"{path}" has weights of another kind than {wanted}: export the model again.')
        kind = TENSORS[own["dtype"]]
        start, end = own["data_offsets"]
        values = np.frombuffer(content, dtype=kind, count=(end - start) // kind.itemsize, offset=8 + length + start)
        if not np.isfinite(values).all():
            raise WrongField(f'"{name}" has weights that are no numbers')
        tensors[name] = values.astype(np.float32, copy=False).reshape(own["shape"])
    return tensors, about


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


def description_of(label):
    """The description of a label; None where it has none, or it is blank."""
    own = label.get("description") or ""
    return own if own.strip(BLANK) else None


def fusion_in(path, encoder):
    """How a model's readings are combined, as entail.json says; encoder: whether the folder has one."""
    own = json_of(path)
    with reading(path):
        check_version(own["version"], encoder)
        return checked_fusion(own["combination"])


def priors_in(path, labels):
    """What is usual for the labels, as priors.json says."""
    own = json_of(path)
    with reading(path):
        return checked_priors(own, labels)


def check_version(version, encoder):
    """Files of the second and third version rest on an encoder of the folder's own, those of the first on the model itself."""
    if version not in ((2, 3) if encoder else (1,)):
        raise WrongField("it is not of the encoder in embedding/" if encoder else "its encoder, embedding/, is missing")


def checked_number(own, name, least=-MOST_NUMBER, most=MOST_NUMBER):
    # True is a number in Python.
    if isinstance(own, bool) or not isinstance(own, (int, float)):
        raise WrongField(f'"{name}" must be a number')
    if not least <= own <= most:
        raise WrongField(f'"{name}" must lie between {least:g} and {most:g}')
    return float(own)


def checked_numbers(own, name, length, least=-MOST_NUMBER):
    if not isinstance(own, list):
        raise WrongField(f'"{name}" must be a list')
    if len(own) != length:
        raise WrongField(f'"{name}" has {len(own)} numbers instead of {length}')
    return [checked_number(value, name, least) for value in own]


def checked_labels(labels):
    """The same, of labels; raises whatever comes, for `reading` to tell."""
    if not isinstance(labels, list) or not labels:
        raise WrongField("it has no labels")
    for label in labels:
        texts = [label["name"], label.get("description") or "", *label["hypotheses"]]
        if not label["hypotheses"] or not all(isinstance(text, str) for text in texts):
            raise WrongField("a label has no name or no sentence")
        checked_number(label["threshold"], "threshold", 0, 1)
    if len({label["name"] for label in labels}) < len(labels):
        raise WrongField("two labels have one name")
    return labels


def checked_fusion(own):
    for name in FUSION:
        checked_number(own[name], name, *BOUNDS.get(name, (-1000, 1000)))
    interaction = own.get("interaction")
    if interaction is not None:
        checked_number(interaction["share"], "share", 0, 1)
        if not isinstance(interaction["digest"], str) or not interaction["digest"]:
            raise WrongField('"digest" must be a text')
    return own


def checked_priors(own, labels):
    for name in (*PRIORS, *(["rest"] if "rest" in own else [])):
        checked_numbers(own[name], name, len(labels), 0 if name == "documents" else -MOST_NUMBER)
    return own
