"""Our JSONL into a DocBin, as the README beside it says, and out again as lines and as pairs: spacy_trip.py JSONL OUT."""

import json
import os
import sys

import spacy
import srsly
from spacy.tokens import DocBin
from spacy.training import Example

source, out = sys.argv[1:3]
nlp = spacy.blank("en")
docs = DocBin(store_user_data=True)
for row in srsly.read_jsonl(source):
    doc = nlp.make_doc(row["text"])
    doc.cats = row["cats"]
    doc.user_data["meta"] = row["meta"]
    docs.add(doc)
docs.to_disk(os.path.join(out, "docs.spacy"))
back = list(DocBin().from_disk(os.path.join(out, "docs.spacy")).get_docs(nlp.vocab))
# A component learns from them: the labels are categories to it.
textcat = nlp.add_pipe("textcat_multilabel")
examples = [Example(nlp.make_doc(doc.text), doc) for doc in back if doc.cats]
nlp.initialize(lambda: examples)
assert set(textcat.labels) == {name for doc in back for name in doc.cats}, textcat.labels
rows = [{"text": doc.text, "cats": doc.cats, "meta": doc.user_data["meta"]} for doc in back]
srsly.write_jsonl(os.path.join(out, "back.jsonl"), rows)
with open(os.path.join(out, "pairs.json"), "w", encoding="utf8") as file:
    json.dump([[doc.text, {"cats": doc.cats}] for doc in back], file, ensure_ascii=False)
