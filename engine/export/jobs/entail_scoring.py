# SPDX-License-Identifier: Apache-2.0
"""The probabilities of a model that Entail exported, as Entail itself computes them.

Needs numpy, onnxruntime and tokenizers, nothing else. The folder is the exported one: onnx/model.onnx, tokenizer.json,
labels.json and scoring.json, which says how texts and sentences are joined, cut and read. A folder with `learnt/` gives
what the app suggests, the model together with what decisions taught; `learnt=False` leaves that out. A folder with an
entail.json is then read in the combined way (entailment and the likeness of text and label), and what is usual for its labels
stands in priors.json, or is learnt from texts with `learn_priors`; one without is the model alone.

    from entail_scoring import Scorer
    scorer = Scorer("my-model")
    scorer.score(["The parcel came two weeks late."])  # an array of [texts, labels], in the order of scorer.labels
"""

import hashlib
import os
import re
import sys

import numpy as np
from entail_files import AGAIN, ModelError, bytes_of, description_of, fusion_in, how_of, labels_in, priors_in
from entail_interaction import INTERACTION, Interaction
from entail_learnt import BASE, CONSTANTS, EMBEDDINGS, Learnt
from entail_model import Encoder, Model, Sentence, logistic

MODEL = "onnx/model.onnx"
# Without these there are no probabilities; the others change them where they are there.
NEEDED = ("tokenizer.json", "scoring.json", "labels.json")
OPTIONAL = ("entail.json", "priors.json")
# What embeds texts, where the folder has an encoder beside the model.
ENCODER_FOLDER = "embedding"
ENCODER = (f"{ENCODER_FOLDER}/onnx/model.onnx", f"{ENCODER_FOLDER}/tokenizer.json")
# What a worker needs to import.
MODULES = ("entail_scoring.py", "entail_model.py", "entail_learnt.py", "entail_interaction.py", "entail_files.py")

LEARNT_HELP = "with what decisions taught beside the model, where the folder has it (the default); or without that"

# Pairs whose tokens are held in memory at a time: many, so that those of one length fill batches.
PAIRS_AT_A_TIME = 8192
# Log-odds beyond this say nothing more.
MOST_ODDS = 8.0
# With more labels than the first, a text is read for as many as the second, the likeliest.
MOST_READ_ALL, MOST_READ = 24, 16
# From the first so many texts, so many are drawn to learn what is usual for a label.
PRIOR_FIRST, PRIOR_SAMPLE = 2000, 48
# Where Entail's source of randomness begins with seed 1.
SEEDED = (2820605979, 1004995797, 750306530, 1887336999)


def files_of(folder, model=MODEL, learnt=True):
    """The files that make the probabilities, by name: {name: path}. Raises ModelError naming a missing one."""
    names = [model, *NEEDED, *OPTIONAL]
    needed = [model, *NEEDED]
    # A copy that lost it would be taken for the model alone, whose probabilities are others.
    if learnt and os.path.isdir(_within(folder, os.path.dirname(CONSTANTS))):
        needed.append(CONSTANTS)
    if os.path.isfile(_within(folder, "entail.json")) or (learnt and os.path.isfile(_within(folder, CONSTANTS))):
        names += (*ENCODER, INTERACTION)
    if learnt and os.path.isfile(_within(folder, CONSTANTS)):
        names += [CONSTANTS, BASE, EMBEDDINGS]
        # Their weights are changes of those in float32.
        if any(os.path.isfile(_within(folder, name)) for name in (BASE, EMBEDDINGS)):
            names.append(MODEL)
            needed.append(MODEL)
    found = {name: _within(folder, name) for name in names}
    for name in needed:
        if not os.path.isfile(_within(folder, name)):
            raise ModelError(f'"{folder}" has no {name}: give the folder that Entail exported, with all its files.')
    return {name: path for name, path in found.items() if os.path.isfile(path)}


def _within(folder, name):
    return os.path.join(folder, *name.split("/"))


def fingerprint(folder, model=MODEL, learnt=True):
    """A hash of everything that makes the probabilities: the same for the same answers."""
    total = hashlib.sha256()
    for name, path in sorted(files_of(folder, model, learnt).items()):
        own = hashlib.sha256()
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                own.update(chunk)
        total.update(f"{name} {own.hexdigest()}\n".encode())
    return total.hexdigest()


class Scorer:
    """A loaded model. `threads` are those of one run; 0 takes all cores. `learnt`: with what decisions taught, where the
    folder has it."""

    def __init__(self, folder, model=MODEL, threads=1, learnt=True):
        files = files_of(folder, model, learnt)
        how = how_of(files["scoring.json"])
        encoder = os.path.isdir(_within(folder, ENCODER_FOLDER))
        self._learnt = Learnt(files[CONSTANTS], encoder) if CONSTANTS in files else None
        if self._learnt:
            self._learnt.check(files)
        labels = self._learnt.labels if self._learnt else labels_in(files["labels.json"])
        self.labels = [label["name"] for label in labels]
        self.thresholds = np.array([label["threshold"] for label in labels])
        if self._learnt:
            self.fusion, self.priors = self._learnt.combination, self._learnt.priors
        else:
            self.fusion = fusion_in(files["entail.json"], encoder) if "entail.json" in files else None
            self.priors = priors_in(files["priors.json"], labels) if "priors.json" in files else None
        # What joins texts and sentences, and what tokens of texts alone are made by.
        self._encoder = self._embedded = Encoder(how, files["tokenizer.json"])
        self._sentences = [
            [Sentence(text, ids) for text, ids in zip(label["hypotheses"], self._encoder.encode(label["hypotheses"]))]
            for label in labels
        ]
        for sentence in (one for own in self._sentences for one in own):
            if self._encoder.room_for(sentence.ids) < 1:
                raise ModelError(f'The sentence "{sentence.text[:60]}" leaves no room for a text.')
        self._load(files, model, threads)
        self._interaction = self._interaction_in(files)
        self._label_vectors = self._vectors_of(labels) if self.fusion else None

    def _load(self, files, model, threads):
        """The graphs: the one that is read without training, that which was trained, that which embeds for heads."""

        def opened(graph, embeds=False, path=files[model]):
            return Model(graph, path, self._encoder, threads, embeds)

        def changed(name, embeds=False):
            """The float32 model with weights of `learnt/`."""
            return opened(learnt.changed(whole, files[MODEL], files[name]), embeds, files[MODEL])

        learnt = self._learnt
        embeds = learnt is not None and learnt.embeds
        graph = bytes_of(files[model])
        how = self._encoder.how["embedding"]
        apart = how is not None and how.get("graph", MODEL) != MODEL
        trained = learnt is not None and learnt.is_trained
        tuned = embeds and learnt.tuned
        likens = bool(self.fusion) or (embeds and not tuned)
        needed = [*([BASE] if trained else []), *([EMBEDDINGS] if tuned else [])]
        for name in [*needed, *(ENCODER if apart and (likens or tuned) else [])]:
            if name not in files:
                raise ModelError(f"{name} is missing: {AGAIN}.")
        whole = bytes_of(files[MODEL]) if needed and model != MODEL else graph
        self._run = opened(graph) if trained else None
        self._base = changed(BASE, likens and not apart) if trained else opened(graph, likens and not apart)
        if not apart:
            self._likener = self._base
            self._embedder = changed(EMBEDDINGS, True) if tuned else self._base
            return
        if not (likens or tuned):
            self._likener = self._embedder = None
            return
        beside, tokenizer = (files[name] for name in ENCODER)
        self._embedded = Encoder(self._encoder.how, tokenizer)
        encoder = bytes_of(beside)

        def embedding(graph):
            return Model(graph, beside, self._embedded, threads, True, how["alone"])

        self._likener = embedding(encoder) if likens else None
        tune = tuned and learnt.changed(encoder, beside, files[EMBEDDINGS], True)
        self._embedder = embedding(tune) if tuned else self._likener

    def score(self, texts):
        """Probabilities, [texts, labels]; the label applies from its threshold on. None gives a row of NaN."""
        if self.fusion and self.priors is None:
            raise ModelError("What is usual for the labels is not known: call learn_priors first.")
        result = np.full((len(texts), len(self.labels)), np.nan)
        for rows, windows, ids in self._read(texts):
            own = [texts[i] for i in rows]
            embeddings = None
            if self.fusion:
                embeddings, cosines = self._liken(ids)
                odds = self._likeliest_odds(windows, own, cosines)
                found = _fuse(self.fusion, self.priors, odds, cosines)
            else:
                odds = self._base.label_odds(windows, own, self._sentences)
                found = logistic(odds)
            if self._learnt:
                if not self._learnt.embeds:
                    embeddings = None
                elif embeddings is None or self._embedder is not self._likener:
                    embeddings = self._embedder.embed(ids)
                found = self._learnt.taught(found, odds, embeddings)
            if self._run:
                found = self._learnt.together(found, self._run.label_odds(windows, own, self._sentences))
            result[rows] = found
        return result

    def _likeliest_odds(self, windows, texts, cosines):
        """Log-odds of entailment, [texts, labels]; where labels are many, of the likeliest, and what the others usually have."""
        if self.priors.get("rest") is None:
            return self._base.label_odds(windows, texts, self._sentences)
        asked = _likeliest(cosines, self.priors["cosine"])
        odds = self._base.label_odds(windows, texts, self._sentences, asked)
        return np.where(asked, odds, np.array(self.priors["rest"], dtype=np.float32))

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
        shape = len(drawn), len(self.labels)
        odds, cosines = np.zeros(shape), np.zeros(shape)
        for rows, windows, ids in self._read(drawn):
            read = self._base.label_odds(windows, [drawn[i] for i in rows], self._sentences)
            odds[rows] = np.clip(read, -MOST_ODDS, MOST_ODDS)
            _, cosines[rows] = self._liken(ids)
        usual = [values.sum(axis=0) / max(1, len(drawn)) for values in (odds, cosines)]
        count = [len(drawn)] * len(self.labels)
        self.priors = {"documents": count, "odds": usual[0].tolist(), "cosine": usual[1].tolist()}
        if len(self.labels) > MOST_READ_ALL and drawn:
            outside = ~_likeliest(cosines, usual[1])
            rest = np.where(outside, odds, 0).sum(axis=0) / np.maximum(1, outside.sum(axis=0))
            self.priors["rest"] = np.where(outside.any(axis=0), rest, usual[0]).tolist()
        return self.priors

    def _read(self, texts):
        """(rows, windows of the texts, their ids to embed), so many texts that memory stays bounded."""
        sentences = [sentence for own in self._sentences for sentence in own]
        room = min(self._encoder.room_for(sentence.ids) for sentence in sentences)
        rows, ids, windows, pairs = [], [], [], 0
        for first in range(0, len(texts), 1024):
            part = [i for i in range(first, min(first + 1024, len(texts))) if texts[i] is not None]
            for row, own in zip(part, self._encoder.encode([texts[i] for i in part])):
                rows.append(row)
                ids.append(own)
                windows.append(self._encoder.windows(own, room))
                pairs += len(windows[-1]) * len(sentences)
                if pairs >= PAIRS_AT_A_TIME:
                    yield rows, windows, self._to_embed([texts[i] for i in rows], ids)
                    rows, ids, windows, pairs = [], [], [], 0
        if rows:
            yield rows, windows, self._to_embed([texts[i] for i in rows], ids)

    def _to_embed(self, texts, ids):
        """Ids of texts as what embeds them has them; ids: as the model has them."""
        return ids if self._embedded is self._encoder else self._embedded.encode(texts)

    def _interaction_in(self, files):
        """What compares words, where the combined reading has a share of it."""
        how = self.fusion.get("interaction") if self.fusion else None
        if not how:
            return None
        if INTERACTION not in files:
            raise ModelError(f"{INTERACTION} is missing: {AGAIN}.")
        return Interaction(files[INTERACTION], how["share"], how["digest"])

    def _liken(self, ids):
        """(embeddings, how much each text is like each label, [texts, labels]). ids: of texts."""
        embed = self._likener.embed
        if not self._interaction:
            embeddings = embed(ids)
            return embeddings, embeddings @ self._label_vectors.T
        share = self._interaction.share
        embeddings, late = self._interaction.read(ids, embed)
        return embeddings, (1 - share) * (embeddings @ self._label_vectors.T) + share * late

    def _vectors_of(self, labels):
        """A vector per label: the mean over its name, its description and its sentences, each kind counting the same."""
        described = [[own] if own is not None else [] for own in map(description_of, labels)]
        wordings = [
            [self._embedded.encode(kind) for kind in ([label["name"]], own, label["hypotheses"]) if kind]
            for label, own in zip(labels, described)
        ]
        embed = self._likener.embed
        if self._interaction:
            embedded = self._interaction.read_labels(wordings, embed)
        else:
            embedded = [[embed(kind) for kind in kinds] for kinds in wordings]
        return np.stack([np.mean([kind.mean(axis=0) for kind in kinds], axis=0) for kinds in embedded])


_CACHED = {}


def cached(folder, model=MODEL, priors=None, learnt=True):
    """The scorer of a folder, loaded once per process: workers are asked again and again."""
    key = (folder, model, learnt)
    if key not in _CACHED:
        _CACHED[key] = Scorer(folder, model, learnt=learnt)
    if priors is not None:
        _CACHED[key].priors = priors
    return _CACHED[key]


def label_frames(frames, folder, text="text", scores="scores", labels="labels", model=MODEL, priors=None, learnt=True):
    """For Spark's `mapInPandas`: the same frames with {label: probability} and the labels that apply.

    Both are None where the text is. Nothing of pandas is imported: a frame is what has columns.
    """
    scorer = cached(folder, model, priors, learnt)
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


def _likeliest(cosines, usual):
    """Which labels a text is read for where they are many, [texts, labels]: those whose likeness exceeds the usual by most."""
    order = np.argsort(-(cosines - np.array(usual)), axis=1, kind="stable")[:, :MOST_READ]
    found = np.zeros(cosines.shape, dtype=bool)
    np.put_along_axis(found, order, True, axis=1)
    return found


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
    return logistic(
        weights["bias"]
        + weights["entailment"] * own
        + weights["centred"] * (own - usual_odds)
        + weights["competition"] * (sharp - level)
    )


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


def stop(sentence):
    """Ends a job with a sentence instead of a stack trace."""
    sys.exit(f"error: {sentence}")


def stop_if_ours(error):
    """Ends a job with the sentence of a ModelError, also one that a worker raised and an engine wrapped."""
    found = re.search(r"ModelError: ([^\n]+)", f"{type(error).__name__}: {error}")
    if isinstance(error, ModelError) or found:
        stop(found.group(1) if found else error)
