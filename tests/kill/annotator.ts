import { writeSync } from 'node:fs';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { openProject } from '../../backend/project/file.ts';
import { createRandom } from '../../engine/index.ts';

/** Annotates for ever and prints each revision once it is saved. Killed by the test. */
const [path = '', seed = '1'] = process.argv.slice(2);
const project = openProject(path);
const random = createRandom(Number(seed));
const labels = project.stores.labels.all().map(({ id }) => id);
for (;;) {
  const documentId = 1 + random.integer(50);
  const yes = labels.filter(() => random.uniform() < 0.5);
  const no = labels.filter((id) => !yes.includes(id));
  const revision = annotate(project, 'ada', [decided(documentId, { yes, no })]);
  if (revision !== undefined) writeSync(1, `${revision} ${documentId} ${yes.join(',')}\n`);
}
