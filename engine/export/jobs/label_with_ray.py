# SPDX-License-Identifier: Apache-2.0
"""Labels Parquet files with Ray Data: every column stays, `scores` and `labels` are added.

    ray job submit --working-dir jobs -- python label_with_ray.py --model-folder /shared/my-model \\
        --input s3://bucket/texts --output s3://bucket/labelled

The output is Parquet, a folder `part=…` for every few files of the input; a part is complete when it has a _SUCCESS.
Started again after whatever ended it, it goes on where it was: parts without that mark are made anew, so nothing is
missing and nothing twice; files that were added to the input meanwhile become further parts. The driver needs the
exported folder and this one, the workers Python with onnxruntime, tokenizers and Ray Data (ray[data], aiohttp); they
get the model sent.
"""

import argparse
import importlib.util
import json
import os
import sys
import tempfile

JOBS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, JOBS)

import entail_scoring as entail
import pyarrow as pa
import pyarrow.parquet as pq
import ray
import ray.data
from pyarrow import fs as filesystems


def main():
    options = arguments()
    if importlib.util.find_spec("aiohttp") is None:
        # Ray Data tries it in several threads at once and then fails now and then.
        entail.stop("Ray Data needs aiohttp: install it here and on the workers.")
    files, source = parquet_files(options.input)
    target, out = filesystem(options.output)
    target.create_dir(out, recursive=True)
    schema = pq.read_schema(files[0]["path"], filesystem=source)
    check_columns(schema, options)
    parts = plan(target, out, files, options)
    left = [number for number in range(len(parts)) if not exists(target, f"{folder_of(out, number)}/_SUCCESS")]
    print(f"{len(parts) - len(left)} of {len(parts)} parts are done.", flush=True)
    if left:
        if not ray.is_initialized():
            ray.init(runtime_env={"working_dir": JOBS}, log_to_driver=False)
        label = labeller(options, kept_priors(target, out, source, files, options))
        for number in left:
            label_part(parts[number], folder_of(out, number), (source, target), label, options)
            print(f"part {number + 1} of {len(parts)} is done.", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description="Labels Parquet files with a model that Entail exported.")
    parser.add_argument("--input", required=True, help="a folder or file of Parquet: a path, s3://, gs://, hdfs://")
    parser.add_argument("--output", required=True, help="a folder; a job that was ended goes on there")
    parser.add_argument("--text", default="text", help="the column with the texts")
    parser.add_argument("--scores", default="scores", help="the new column with {label: probability}")
    parser.add_argument("--labels", default="labels", help="the new column with the labels that apply")
    parser.add_argument("--files", type=int, default=64, help="input files per part; what was ended repeats one part")
    parser.add_argument("--rows", type=int, default=1024, help="rows that a task takes at a time")
    parser.add_argument("--model", default=entail.MODEL, help="the file that is run, onnx/model_quantized.onnx for instance")
    parser.add_argument("--learnt", action=argparse.BooleanOptionalAction, default=True, help=entail.LEARNT_HELP)
    parser.add_argument("--model-folder", default=os.path.dirname(JOBS), help="the exported folder (default: around this)")
    return parser.parse_args()


def filesystem(place):
    """(file system, path within it) of a path or an address."""
    if "://" in place:
        return filesystems.FileSystem.from_uri(place)
    return filesystems.LocalFileSystem(), os.path.abspath(place)


def parquet_files(place):
    """The input's files by path: [{"path", "size"}], and where they are; names with _ or . are not data."""
    source, path = filesystem(place)
    info = source.get_file_info(path)
    if info.type == filesystems.FileType.NotFound:
        entail.stop(f'there is no "{place}".')
    found = [info]
    if info.type == filesystems.FileType.Directory:
        found = source.get_file_info(filesystems.FileSelector(path, recursive=True))
    files = [
        {"path": one.path, "size": one.size}
        for one in sorted(found, key=lambda one: one.path)
        if one.type == filesystems.FileType.File
        and one.size
        and not any(part.startswith(("_", ".")) for part in one.path[len(path) :].split("/"))
    ]
    if not files:
        entail.stop(f'"{place}" has no Parquet files.')
    return files, source


def check_columns(schema, options):
    """Ends the job where the columns are not as they must be."""
    if options.text not in schema.names:
        entail.stop(f'the input has no column "{options.text}": it has {", ".join(schema.names)}. Name one with --text.')
    kind = schema.field(options.text).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        entail.stop(f'the column "{options.text}" holds {kind}, not text.')
    for option, name in (("--scores", options.scores), ("--labels", options.labels)):
        if name in schema.names:
            entail.stop(f'the input has a column "{name}" already: name the new one with {option}.')


def plan(target, out, files, options):
    """Which files make which part, as it was planned at the first start; files that are new make further parts."""
    own = {
        "model": entail.fingerprint(options.model_folder, options.model, options.learnt),
        **{key: getattr(options, key) for key in ("input", "text", "scores", "labels")},
    }
    path = f"{out}/_entail.json"
    known = read_json(target, path) or {**own, "parts": []}
    different = ", ".join(key for key in own if own[key] != known[key])
    if different:
        entail.stop(f'"{options.output}" was begun with another {different}: give another --output, or the same again.')
    sizes = {file["path"]: file["size"] for file in files}
    planned = [file for part in known["parts"] for file in part]
    for file in planned:
        if sizes.get(file["path"]) != file["size"]:
            what = "has changed" if file["path"] in sizes else "is gone"
            entail.stop(f'"{file["path"]}" {what} since "{options.output}" was begun: give another --output.')
    before = {file["path"] for file in planned}
    new = [file for file in files if file["path"] not in before]
    parts = known["parts"] + [new[i : i + options.files] for i in range(0, len(new), options.files)]
    if new:
        write_json(target, path, {**own, "parts": parts})
    return parts


def kept_priors(target, out, source, files, options):
    """What is usual for the labels where the combined reading needs it: learnt once, then kept beside the output."""
    scorer = entail.Scorer(options.model_folder, options.model, threads=0, learnt=options.learnt)
    if not scorer.needs_priors():
        return scorer.priors
    path = f"{out}/_priors.json"
    known = read_json(target, path)
    if known is None:
        known = scorer.learn_priors(first_texts(files, source, options.text))
        write_json(target, path, known)
    return known


def first_texts(files, source, column):
    texts = []
    for file in files:
        with source.open_input_file(file["path"]) as opened:
            for batch in pq.ParquetFile(opened).iter_batches(columns=[column]):
                texts += [text for text in batch.column(0).to_pylist() if text is not None]
                if len(texts) >= entail.PRIOR_FIRST:
                    return texts
    return texts


def labeller(options, priors):
    """What a task does with a table. A worker asks for the model's files once."""
    files = {}
    for name, path in entail.files_of(options.model_folder, options.model, options.learnt).items():
        with open(path, "rb") as file:
            files[name] = file.read()
    key = entail.fingerprint(options.model_folder, options.model, options.learnt)
    sent = ray.put(files)
    model, text, scores, labels = options.model, options.text, options.scores, options.labels
    learnt = options.learnt

    def label(table):
        import entail_scoring

        folder = unpacked(sent, key)
        scorer = entail_scoring.cached(folder, model, priors, learnt)
        scored, applies = entail_scoring.answers(scorer, table.column(text).to_pylist())
        pairs = [None if own is None else list(own.items()) for own in scored]
        table = table.append_column(scores, pa.array(pairs, pa.map_(pa.string(), pa.float64())))
        return table.append_column(labels, pa.array(applies, pa.list_(pa.string())))

    return label


def unpacked(sent, key):
    """The model's files in a folder of this process, written once."""
    folder = os.path.join(tempfile.gettempdir(), f"entail-{key[:16]}-{os.getpid()}")
    if not os.path.isdir(folder):
        partial = tempfile.mkdtemp(prefix="entail-")
        for name, content in ray.get(sent).items():
            path = os.path.join(partial, *name.split("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        os.rename(partial, folder)
    return folder


def label_part(files, folder, places, label, options):
    """Makes a part from its beginning; what an ended job left of it goes first."""
    source, target = places
    if exists(target, folder):
        target.delete_dir(folder)
    rows = ray.data.read_parquet([file["path"] for file in files], filesystem=source, partitioning=None)
    labelled = rows.map_batches(label, batch_format="pyarrow", batch_size=options.rows, num_cpus=1)
    labelled.write_parquet(folder, filesystem=target)
    with target.open_output_stream(f"{folder}/_SUCCESS"):
        pass


def folder_of(out, number):
    return f"{out}/part={number:06d}"


def exists(target, path):
    return target.get_file_info(path).type != filesystems.FileType.NotFound


def read_json(target, path):
    if not exists(target, path):
        return None
    with target.open_input_stream(path) as file:
        return json.loads(file.read())


def write_json(target, path, value):
    with target.open_output_stream(f"{path}.partial") as file:
        file.write(json.dumps(value).encode())
    target.move(f"{path}.partial", path)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        entail.stop_if_ours(error)
        raise
