import { NONE_APPLY } from '../../importing/carried.ts';
import type { ExportSource } from '../../records.ts';

/** Settings of a dataset as Argilla's client reads them: our labels, and that none apply. */
export function argillaSettings({ labels }: ExportSource, question: string): object {
  const names = [...new Set([...labels.map(({ name }) => name), NONE_APPLY])];
  return {
    guidelines: null,
    fields: [
      {
        name: 'text',
        title: 'Text',
        required: true,
        type: 'text',
        settings: { type: 'text', use_markdown: false },
      },
    ],
    questions: [
      {
        name: question,
        title: 'Labels',
        required: true,
        type: 'multi_label_selection',
        settings: {
          type: 'multi_label_selection',
          options: names.map((name) => ({ value: name, text: name })),
          // It shows three at least.
          visible_options: Math.max(3, names.length),
          options_order: 'natural',
        },
      },
    ],
    vectors: [],
    metadata: [],
    allow_extra_metadata: true,
    distribution: { strategy: 'overlap', min_submitted: 1 },
    mapping: null,
  };
}

export const argillaReadme = `# Records for Argilla

Argilla's server takes a response only of a person who has an account, and a dataset needs the option "${NONE_APPLY}", since
the server takes no empty answer. The files beside the records have both:

\`\`\`python
import json
import argilla as rg

client = rg.Argilla(api_url="URL", api_key="KEY")
workspace = client.workspaces("WORKSPACE")
for user in json.load(open("FILE.json.users.json", encoding="utf8")):
    if client.users(id=user["id"]) is None:
        rg.User(**user, password="A PASSWORD", client=client).create().add_to_workspace(workspace)
settings = rg.Settings.from_json("FILE.json.settings.json")
dataset = rg.Dataset(name="NAME", workspace=workspace, settings=settings, client=client)
dataset.create()
dataset.records.from_json("FILE.json")
\`\`\`

Take answers out with \`dataset.records.to_datasets().to_json("BACK.jsonl")\`: it says which answers are drafts and
which records were discarded. What \`dataset.records.to_json\` writes does not: a draft looks like an answer there.
`;
