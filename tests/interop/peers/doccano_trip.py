"""Lines into doccano and out again, by its own importers and exporters on SQLite: doccano_trip.py LINES LABELS OUT.

Writes OUT/back.jsonl, OUT/back.json, OUT/back.csv, OUT/back.txt (fastText).
"""

import json
import os
import shutil
import sys
import tempfile

lines, labels, out = sys.argv[1:4]
home = tempfile.mkdtemp(prefix="entail-doccano-", dir=out)
os.environ.update(
    DOCCANO_HOME=home,
    DATABASE_URL=f"sqlite:///{home}/db.sqlite3",
    DJANGO_SETTINGS_MODULE="config.settings.base",
    SECRET_KEY="of a temporary folder",
)

import backend

sys.path.insert(0, os.path.dirname(backend.__file__))
import django

django.setup()
from data_export.celery_tasks import create_collaborative_dataset
from data_export.pipeline.factories import create_formatter, create_writer
from data_import.datasets import load_dataset
from data_import.pipeline.catalog import create_file_format
from data_import.pipeline.readers import FileName
from django.contrib.auth import get_user_model
from django.core.management import call_command
from label_types.models import CategoryType
from label_types.serializers import CategoryTypeSerializer
from projects.models import ProjectType, TextClassificationProject

call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user(username="admin", password="a-long-password")
project = TextClassificationProject.objects.create(
    name="trip",
    description="trip",
    project_type=ProjectType.DOCUMENT_CLASSIFICATION,
    created_by=user,
    collaborative_annotation=True,
)
with open(labels, encoding="utf8") as file:
    serializer = CategoryTypeSerializer(data=json.load(file), many=True)
serializer.is_valid(raise_exception=True)
serializer.save(project=project)
dataset = load_dataset(
    "DocumentClassification",
    create_file_format("JSONL"),
    [FileName(full_path=lines, generated_name="lines.jsonl", upload_name="lines.jsonl")],
    project,
    encoding="utf_8",
)
dataset.save(user)
if dataset.errors:
    sys.exit(str([error.dict() for error in dataset.errors]))
exact = sorted(CategoryType.objects.filter(project=project).values_list("text", flat=True))
with open(os.path.join(out, "labels.json"), "w", encoding="utf8") as file:
    json.dump(exact, file, ensure_ascii=False)
for kind, name in (("JSONL", "back.jsonl"), ("JSON", "back.json"), ("CSV", "back.csv"), ("fastText", "back.txt")):
    folder = tempfile.mkdtemp(dir=home)
    writer = create_writer(kind)
    create_collaborative_dataset(project, folder, False, create_formatter(project, kind), writer)
    shutil.copy(os.path.join(folder, f"all.{writer.extension}"), os.path.join(out, name))
