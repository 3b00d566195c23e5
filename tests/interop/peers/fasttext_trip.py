"""What fastText takes for labels and words in our file: fasttext_trip.py FILE OUT."""

import json
import os
import sys

import fasttext

source, out = sys.argv[1:3]
fasttext.FastText.eprint = lambda *_: None
model = fasttext.train_supervised(source, epoch=1, dim=4, minCount=1, verbose=0, thread=1)
with open(os.path.join(out, "labels.json"), "w", encoding="utf8") as file:
    json.dump(sorted(model.get_labels()), file, ensure_ascii=False)
with open(source, encoding="utf8", newline="\n") as file, open(
    os.path.join(out, "back.txt"), "w", encoding="utf8", newline="\n"
) as back:
    for line in file:
        # The library's own reading of the line.
        words, labels = model.get_line(line.rstrip("\n"))
        back.write(" ".join([*labels, *(word for word in words if word != "</s>")]) + "\n")
