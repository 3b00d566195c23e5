import { join } from 'node:path';
import { addLabels } from '../labels/labels.ts';
import type { Project } from '../project/file.ts';
import { importTexts } from './importing.ts';
import { readLabelsFile } from './labelsFile.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'sample');

/** The sample project: reviews to annotate and their labels, nothing decided yet. */
export async function fillSample(project: Project): Promise<void> {
  addLabels(project, await readLabelsFile(join(FOLDER, 'labels.json')));
  await importTexts(project, join(FOLDER, 'train.jsonl'));
}
