"""Our exports into Argilla's server by its client, as the README beside them says: argilla_server_trip.py URL KEY OUT.

Two people answer over its HTTP API. Writes OUT/<back|people>.<json|jsonl>.
"""

import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import argilla as rg
import httpx

url, key, out = sys.argv[1:4]
PASSWORD = "a-long-password"
client = rg.Argilla(api_url=url, api_key=key)
workspace = rg.Workspace(name="peers", client=client).create()


def account(**user):
    rg.User(**user, password=PASSWORD, client=client).create().add_to_workspace(workspace)


def dataset_of(name, file):
    path = os.path.join(out, file)
    with open(f"{path}.users.json", encoding="utf8") as users:
        for user in json.load(users):
            account(**user)
    settings = rg.Settings.from_json(f"{path}.settings.json")
    dataset = rg.Dataset(name=name, workspace=workspace, settings=settings, client=client)
    dataset.create()
    dataset.records.from_json(path)
    return dataset


def write(dataset, stem):
    dataset.records.to_json(os.path.join(out, f"{stem}.json"))
    lines = os.path.join(out, f"{stem}.jsonl")
    dataset.records.to_datasets().to_json(lines, force_ascii=False)


write(dataset_of("ours", "ours.json"), "back")

people = dataset_of("people", "people.tasks.json")
servers = {record.id: record._server_id for record in people.records}
# One has come with our answers, with an account of ours; the other signs in for the first time.
account(username="ben@example.org")


def signed_in(username):
    answer = httpx.post(f"{url}/api/v1/token", data={"username": username, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def body(status, labels):
    return {"status": status, "values": {"labels": {"value": labels}} if labels else {}}


def respond(who, record, status, *labels):
    path = f"{url}/api/v1/records/{servers[record]}/responses"
    return httpx.post(path, headers=who, json=body(status, labels)).raise_for_status().json()


anna, ben = signed_in("anna@example.org"), signed_in("ben@example.org")
respond(anna, "both", "submitted", "shipping", "Food, drinks")
respond(ben, "both", "submitted", "shipping")
respond(anna, "none", "submitted", "none apply")
respond(ben, "skip", "discarded")
respond(ben, "draft", "draft", "C#")
respond(anna, "beside", "submitted", "shipping")
respond(ben, "beside", "draft", "C#")
# What is submitted and then begun anew is a draft there, nothing else: she submits alone.
respond(anna, "reworked", "submitted", "shipping")
write(people, "people")
