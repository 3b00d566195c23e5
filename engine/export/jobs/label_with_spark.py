# SPDX-License-Identifier: Apache-2.0
"""Labels Parquet files with Spark: every column stays, `scores` and `labels` are added.

    spark-submit jobs/label_with_spark.py --input s3a://bucket/texts --output s3a://bucket/labelled

The output is Parquet, a folder `part=…` for every few files of the input. Started again after whatever ended it, it goes
on where it was (Structured Streaming keeps what is done in <output>/_checkpoint): nothing is missing, nothing twice, and
files that were added to the input meanwhile are labelled too. The driver needs this folder; the workers need Python with
pandas, pyarrow, onnxruntime and tokenizers, and get the model sent (or find it at --on-workers).
"""

import argparse
import json
import os
import sys
import tempfile
import zipfile

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(FOLDER, "jobs"))

import entail_scoring as entail
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

KEPT = "kept"


def main():
    options = arguments()
    spark = SparkSession.builder.appName("Entail").getOrCreate()
    # Times travel through Python: in UTC there is no hour that is there twice. Parquet holds instants, which stay.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    # Spark's own default is the old INT96, which others read as nanoseconds.
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    source = spark.read.parquet(options.input)
    schema = source.schema
    check_columns(schema, options)
    claim(spark, options, source)
    where = options.on_workers or send(spark, options)
    priors = kept_priors(spark, options, source)
    stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", options.files).parquet(options.input)

    def write(part: DataFrame, number: int):
        labelled(part, schema, options, where, priors).write.mode("overwrite").parquet(f"{options.output}/part={number:06d}")

    query = (
        stream.writeStream.foreachBatch(write)
        .option("checkpointLocation", f"{options.output}/_checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


def arguments():
    parser = argparse.ArgumentParser(description="Labels Parquet files with a model that Entail exported.")
    parser.add_argument("--input", required=True, help="a folder or file of Parquet, anywhere that Spark reads")
    parser.add_argument("--output", required=True, help="a folder; a job that was ended goes on there")
    parser.add_argument("--text", default="text", help="the column with the texts")
    parser.add_argument("--scores", default="scores", help="the new column with {label: probability}")
    parser.add_argument("--labels", default="labels", help="the new column with the labels that apply")
    parser.add_argument("--files", type=int, default=64, help="input files per part; what was ended repeats one part")
    parser.add_argument("--partitions", type=int, help="tasks per part (default: two for each core)")
    parser.add_argument("--model", default=entail.MODEL, help="the file that is run, onnx/model_quantized.onnx for instance")
    parser.add_argument("--learnt", action=argparse.BooleanOptionalAction, default=True, help=entail.LEARNT_HELP)
    parser.add_argument("--on-workers", help="where the exported folder lies on every worker; else it is sent to them")
    return parser.parse_args()


def check_columns(schema, options):
    """Ends the job where the columns are not as they must be."""
    if options.text not in schema.names:
        entail.stop(f'the input has no column "{options.text}": it has {", ".join(schema.names)}. Name one with --text.')
    if not isinstance(schema[options.text].dataType, T.StringType):
        entail.stop(f'the column "{options.text}" holds {schema[options.text].dataType.simpleString()}, not text.')
    for option, name in (("--scores", options.scores), ("--labels", options.labels)):
        if name.lower() in (known.lower() for known in schema.names):
            entail.stop(f'the input has a column "{name}" already: name the new one with {option}.')


def claim(spark, options, source):
    """Two models, or two ways to read one, must not share an output."""
    own = {
        "model": entail.fingerprint(FOLDER, options.model, options.learnt),
        **{key: getattr(options, key) for key in ("input", "text", "scores", "labels")},
    }
    path = f"{options.output}/_entail"
    known = read_json(spark, path)
    if known is None:
        write_json(spark, path, own)
    elif known != own:
        different = ", ".join(key for key in own if own[key] != known.get(key))
        entail.stop(f'"{options.output}" was begun with another {different}: give another --output, or the same again.')


def kept_priors(spark, options, source):
    """What is usual for the labels where the combined reading needs it: learnt once, then kept beside the output."""
    scorer = entail.Scorer(FOLDER, options.model, threads=0, learnt=options.learnt)
    if not scorer.needs_priors():
        return scorer.priors
    path = f"{options.output}/_priors"
    known = read_json(spark, path)
    if known is None:
        texts = source.select(options.text).where(F.col(options.text).isNotNull()).limit(entail.PRIOR_FIRST).collect()
        known = scorer.learn_priors([row[0] for row in texts])
        write_json(spark, path, known)
    return known


def read_json(spark, path):
    """The JSON in a folder of text that Spark wrote; None where it was not finished."""
    fs, done = hadoop(spark, f"{path}/_SUCCESS")
    return json.loads(spark.read.text(path, wholetext=True).first()[0]) if fs.exists(done) else None


def write_json(spark, path, value):
    spark.createDataFrame([(json.dumps(value),)], ["value"]).coalesce(1).write.mode("overwrite").text(path)


def hadoop(spark, path):
    jvm = spark.sparkContext._jvm
    own = jvm.org.apache.hadoop.fs.Path(path)
    return own.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()), own


def send(spark, options):
    """Sends the model to the workers, once each; → where they find it."""
    folder = tempfile.mkdtemp(prefix="entail-")
    archive = os.path.join(folder, "entail_model.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for name, path in entail.files_of(FOLDER, options.model, options.learnt).items():
            file.write(path, name)
    for module in entail.MODULES:
        spark.sparkContext.addPyFile(os.path.join(FOLDER, "jobs", module))
    spark.sparkContext.addArchive(archive)
    return None


def labelled(part, schema, options, where, priors):
    """The rows of a part with the two new columns."""
    others = [name for name in schema.names if name != options.text]
    # Columns beside the text travel as one: pandas would make floats of whole numbers beside a null, and nulls of NaN.
    kept = F.struct(*[F.col(f"`{name}`") for name in others]) if others else F.lit(None).cast("string")
    own = T.StructType([schema[name] for name in others])
    kept = kept.cast(as_text(own)) if others else kept
    narrow = part.select(F.col(f"`{options.text}`").alias("text"), kept.alias(KEPT))
    tasks = options.partitions or 2 * part.sparkSession.sparkContext.defaultParallelism
    wide = T.StructType(
        [
            *narrow.schema.fields,
            T.StructField("scores", T.MapType(T.StringType(), T.DoubleType())),
            T.StructField("labels", T.ArrayType(T.StringType())),
        ]
    )
    found = narrow.repartition(tasks).mapInPandas(task(where, options, priors), wide)
    found = found.withColumn(KEPT, F.col(KEPT).cast(own)) if others else found
    return found.select(
        *[
            F.col("text").alias(name) if name == options.text else F.col(f"{KEPT}.`{name}`").alias(name)
            for name in schema.names
        ],
        F.col("scores").alias(options.scores),
        F.col("labels").alias(options.labels),
    )


def as_text(kind):
    """The same type with text in the place of floats and times: they come back from it as they were, NaN and 1600 too."""
    if isinstance(kind, (T.FloatType, T.DoubleType, T.TimestampType, T.TimestampNTZType)):
        return T.StringType()
    if isinstance(kind, T.ArrayType):
        return T.ArrayType(as_text(kind.elementType), kind.containsNull)
    if isinstance(kind, T.MapType):
        return T.MapType(as_text(kind.keyType), as_text(kind.valueType), kind.valueContainsNull)
    if isinstance(kind, T.StructType):
        return T.StructType([T.StructField(f.name, as_text(f.dataType), f.nullable) for f in kind.fields])
    return kind


def task(where, options, priors):
    """What a worker does; it holds the model's place, not the model."""
    model, learnt = options.model, options.learnt

    def label(frames):
        import entail_scoring
        from pyspark import SparkFiles

        folder = where or SparkFiles.get("entail_model.zip")
        yield from entail_scoring.label_frames(frames, folder, model=model, priors=priors, learnt=learnt)

    return label


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        entail.stop_if_ours(error)
        raise
