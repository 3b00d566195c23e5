import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { DATABASE } from '../../backend/project/database.ts';
import { createProject } from '../../backend/project/file.ts';

/**
 * Makes the small project that is kept of each format, with the program of that format: labels, documents, decisions of
 * two people, suggestions and a run with its weights. node tests/support/makeVersion.ts <file.entail.gz>
 */
const [target = ''] = process.argv.slice(2);
const path = `${target}.entail`;
const project = createProject(path);
addLabels(
  project,
  ['shipping', 'price'].map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
);
const ids = project.write(() =>
  ['the parcel came late', 'too dear', 'good value, quick too'].map((text, i) =>
    project.stores.documents.add(
      { externalId: `d${i + 1}`, text, meta: new Map(), split: null, source: 'test' },
      '2026-01-01T00:00:00.000Z',
    ),
  ),
);
annotate(project, 'ada', [decided(ids[0]!, { yes: [1], no: [2] }), decided(ids[1]!, { yes: [2], no: [1] })]);
annotate(project, 'bob', [decided(ids[2]!, { yes: [1, 2], no: [] })]);
project.write(() =>
  project[DATABASE].exec(`
    INSERT INTO scorers (label_id, kind, name, digest, precision, wording) VALUES (1, 'model', 'm', '', 'fp32', '[]');
    INSERT INTO evidence (document_id, label_id, scorer_id, odds, sum)
      VALUES (3, 1, 1, 1.0, entail_sum(3, 1, 1, 1.0, NULL, NULL, NULL, NULL));
    INSERT INTO runs (name, status, model, options, revision_id, started_at)
      VALUES ('first', 'done', 'm', '{}', 2, '2026-01-01T00:00:00.000Z');
    INSERT INTO run_labels VALUES (1, 0, 1, 'shipping', '["this is about shipping ."]', 0.5, 'default');
    INSERT INTO run_documents VALUES (1, 1, 'train');
    INSERT INTO weights VALUES (1, x'47e4ee7f211f73265dd17658f6e21c1318bd6c81f37598e20a2756299542efcf', x'010203040506070809');`),
);
project.close();
writeFileSync(target, gzipSync(readFileSync(path), { level: 9 }));
rmSync(path);
