import { writeSync } from 'node:fs';
import { importFiles } from '../../backend/importing/importing.ts';
import { openProject } from '../../backend/project/file.ts';

/** Imports a file and prints how many documents are saved after each batch. Killed by the test, or not in time. */
const [path = '', file = ''] = process.argv.slice(2);
const project = openProject(path);
writeSync(1, 'ready\n');
await importFiles(project, {
  files: [file],
  format: 'auto',
  absent: 'no',
  annotator: 'import',
  onProgress: (documents) => writeSync(1, `${documents}\n`),
});
project.close();
