import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { startDoccano } from './doccanoServer.ts';
import type { Facet } from './facets.ts';
import type { Trip } from './trip.ts';

const KEPT: readonly Facet[] = ['texts', 'ids', 'labels', 'comments', 'fields'];
/** What it calls its formats, and where what it gives out goes. */
const FORMATS = [
  ['JSONL', 'back.jsonl'],
  ['JSON', 'back.json'],
  ['CSV', 'back.csv'],
  ['fastText', 'back.txt'],
] as const;

/** Our lines and labels into its server over HTTP, and out again in each of its formats. */
export const DOCCANO: Trip = {
  peer: 'doccano 1.8.4',
  needs: ['backend.data_import'],
  exports: [['doccano', 'ours.jsonl']],
  through: async (python, folder) => {
    const ours = (name: string) => readFileSync(join(folder, name), 'utf8');
    const server = await startDoccano(python, join(folder, 'doccano'));
    try {
      await server.addLabels('labels.json', ours('ours.jsonl.labels.json'));
      await server.importFile('JSONL', 'ours.jsonl', ours('ours.jsonl'));
      for (const [format, to] of FORMATS) {
        const files = Object.values(unzipSync(await server.exported(format)));
        const [only] = files;
        if (only === undefined || files.length > 1)
          throw new Error(`${format}: ${files.length} files instead of one`);
        writeFileSync(join(folder, to), only);
      }
    } finally {
      await server.stop();
    }
  },
  backs: [
    { name: 'JSONL', files: ['back.jsonl'], keeps: KEPT },
    { name: 'JSON', files: ['back.json'], keeps: KEPT },
    { name: 'CSV', files: ['back.csv'], keeps: KEPT },
    { name: 'fastText', files: ['back.txt'], keeps: ['texts', 'labels'] },
  ],
};
