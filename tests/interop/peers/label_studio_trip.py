"""Tasks into Label Studio and out again: its own request handlers, on SQLite in a temporary folder.

label_studio_trip.py CONFIG TASKS OUT: writes OUT/back.json, OUT/back-min.json and OUT/back.csv.
"""

import io
import os
import sys
import tempfile
import zipfile

config, tasks, out = sys.argv[1:4]
home = tempfile.mkdtemp(prefix="entail-label-studio-", dir=out)
os.environ.update(
    LABEL_STUDIO_BASE_DATA_DIR=home,
    BASE_DATA_DIR=home,
    DJANGO_DB="sqlite",
    DJANGO_SETTINGS_MODULE="core.settings.label_studio",
    COLLECT_ANALYTICS="False",
    LATEST_VERSION_CHECK="False",
    SENTRY_DSN="",
    FRONTEND_SENTRY_DSN="",
    ALLOWED_HOSTS="*",
)

import label_studio

sys.path.insert(0, os.path.dirname(label_studio.__file__))
import django

django.setup()
from django.core.management import call_command
from organizations.models import Organization
from rest_framework.test import APIClient
from users.models import User

call_command("migrate", verbosity=0)
user = User.objects.create_user(email="admin@example.org", password="a-long-password")
organization = Organization.create_organization(created_by=user, title="Entail")
user.active_organization = organization
user.save()
client = APIClient()
client.force_authenticate(user)


def ask(answer, wanted):
    if answer.status_code not in wanted:
        sys.exit(f"{answer.status_code}: {answer.content.decode()[:2000]}")
    return answer


with open(config, encoding="utf8") as file:
    project = ask(
        client.post("/api/projects/", {"title": "trip", "label_config": file.read()}, format="json"), {201}
    ).json()["id"]
with open(tasks, "rb") as file:
    upload = io.BytesIO(file.read())
upload.name = "tasks.json"
ask(client.post(f"/api/projects/{project}/import", {"file": upload}, format="multipart"), {201})

for kind, name in (("JSON", "back.json"), ("JSON_MIN", "back-min.json"), ("CSV", "back.csv")):
    answer = ask(
        client.get(f"/api/projects/{project}/export", {"exportType": kind, "download_all_tasks": "true"}), {200}
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = archive.read(archive.namelist()[0])
    with open(os.path.join(out, name), "wb") as file:
        file.write(content)
