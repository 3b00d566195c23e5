"""Records through the models of Argilla's client, without its server: argilla_trip.py JSON OUT.

The server needs Elasticsearch. The client checks what it would send: people are UUIDs, values fit.
"""

import json
import os
import sys
from pathlib import Path

from argilla._models import UserResponseModel
from argilla.records._io import JsonIO
from argilla.records._resource import Record

source, out = sys.argv[1:3]
with open(source, encoding="utf8") as file:
    records = [Record.from_dict(row) for row in json.load(file)]
for record in records:
    for response in record.responses:
        values = {response.question_name: {"value": response.value}}
        UserResponseModel(values=values, status="submitted", user_id=response.user_id).model_dump_json()
JsonIO.to_json(records, Path(out) / "back.json")
