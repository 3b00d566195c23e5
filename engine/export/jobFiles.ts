import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an exported folder brings to label many documents on other machines. */
const JOB_FILES = [
  'entail_scoring.py',
  'entail_model.py',
  'entail_learnt.py',
  'entail_interaction.py',
  'entail_files.py',
  'label_with_spark.py',
  'label_with_ray.py',
] as const;

const FOLDER = join(import.meta.dirname, 'jobs');

/** The jobs as they are written: [place in the folder, text]. */
export const jobFiles = (): [string, string][] =>
  JOB_FILES.map((name) => [
    `jobs/${name}`,
    // A checkout on Windows may have changed the ends of lines.
    readFileSync(join(FOLDER, name), 'utf8').replaceAll('\r\n', '\n'),
  ]);
