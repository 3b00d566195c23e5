import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingForArgilla, OWNER_KEY, startArgilla } from './argillaServer.ts';
import type { Facet } from './facets.ts';
import { ours } from './ours.ts';
import { ANNA, PEOPLE, UNDECIDED } from './people.ts';
import type { Trip } from './trip.ts';

const KEPT: readonly Facet[] = [
  'texts',
  'ids',
  'labels',
  'none apply',
  'annotators',
  'test sample',
  'fields',
];
/** It has no comments and no truth, tells nobody's address, and drops discarded records that have no answer. */
const NOT_THERE = ['addresses', 'comments', 'skipped', 'ground truth', 'suggestions'];
const THERE = Object.keys(PEOPLE.facets).filter((facet) => !NOT_THERE.includes(facet));
/** What its client writes of records does not tell drafts from answers. */
const WITHOUT_STATUS = ['drafts', 'no draft as an answer'];

export const ARGILLA: Trip = {
  peer: 'Argilla 2.8.0',
  needs: ['argilla_server', 'argilla'],
  missing: missingForArgilla,
  exports: [['argilla', 'ours.json']],
  through: async (python, folder) => {
    writeFileSync(
      join(folder, 'undecided.jsonl'),
      [...UNDECIDED, { id: 'hers', text: 'Anna was here before.', labels: ['C#'], annotator: ANNA }]
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
    ours(folder, ['new', 'people.entail', '--labels', 'labels.json']);
    ours(folder, ['import', 'people.entail', 'undecided.jsonl']);
    const args = ['--format', 'argilla', '--unfinished', '--to', 'people.tasks.json'];
    ours(folder, ['export-data', 'people.entail', ...args]);
    const server = await startArgilla(python, join(folder, 'argilla'));
    try {
      await python.run([join('peers', 'argilla_server_trip.py'), server.url, OWNER_KEY, folder]);
    } finally {
      await server.stop();
    }
  },
  backs: [
    { name: 'JSON', files: ['back.json'], keeps: KEPT },
    { name: 'datasets to JSON Lines', files: ['back.jsonl'], keeps: KEPT },
    {
      name: 'annotated there, JSON',
      files: ['people.json'],
      keeps: THERE.filter((facet) => !WITHOUT_STATUS.includes(facet)),
      inspection: PEOPLE,
    },
    {
      name: 'annotated there, datasets to JSON Lines',
      files: ['people.jsonl'],
      keeps: THERE,
      inspection: PEOPLE,
    },
  ],
};
