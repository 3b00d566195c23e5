import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARGILLA } from './argilla.ts';
import { DOCCANO } from './doccano.ts';
import { type Facet, LABELS } from './facets.ts';
import { LABEL_STUDIO } from './labelStudio.ts';
import type { Back, Trip } from './trip.ts';

/** A script of this folder, and what it is given in the folder of the files; the folder comes last. */
const script =
  (name: string, ...files: string[]): Trip['through'] =>
  async (python, folder) => {
    await python.run([join('peers', name), ...files.map((file) => join(folder, file)), folder]);
  };

const DATASETS: readonly Facet[] = ['texts', 'ids', 'labels', 'none apply', 'test sample', 'fields'];

const rename = (names: readonly (readonly [string, string])[]) =>
  names.flatMap(([from, to]) => ['--rename', `${from}=${to}`]);
const byNumber = () => rename(LABELS.map((name, i) => [String(i), name]));

/** What fastText calls the labels, by the file beside ours. */
function byToken(folder: string): string[] {
  const tokens: unknown = JSON.parse(readFileSync(join(folder, 'ours.txt.labels.json'), 'utf8'));
  if (typeof tokens !== 'object' || tokens === null) throw new Error('There are no names of labels.');
  return rename(Object.entries(tokens).map(([name, token]) => [String(token), name]));
}

const dataset = (from: string, ending: string, options?: Back['options']): Back => ({
  name: `${from === 'jsonl' ? 'JSONL' : 'Parquet with ClassLabel'} to ${ending}`,
  files: [`${from}-train.${ending}`, `${from}-test.${ending}`],
  keeps: DATASETS,
  // A list of what applies does not say by itself that the rest does not.
  options: (folder) => ['--absent', 'no', ...(options?.(folder) ?? [])],
});

export const TRIPS: readonly Trip[] = [
  LABEL_STUDIO,
  ARGILLA,
  {
    peer: 'datasets 5.2.0',
    needs: ['datasets'],
    exports: [
      ['hf', 'train.jsonl'],
      ['hf-parquet', 'train.parquet'],
    ],
    through: script('datasets_trip.py', 'train.jsonl', 'test.jsonl', 'train.parquet', 'test.parquet'),
    backs: [
      dataset('jsonl', 'jsonl'),
      dataset('jsonl', 'parquet'),
      dataset('jsonl', 'csv'),
      dataset('parquet', 'jsonl', byNumber),
      dataset('parquet', 'parquet'),
      dataset('parquet', 'csv', byNumber),
    ],
  },
  DOCCANO,
  {
    peer: 'spaCy 3.8.18',
    needs: ['spacy'],
    exports: [['spacy', 'ours.jsonl']],
    through: script('spacy_trip.py', 'ours.jsonl'),
    backs: [
      {
        name: 'DocBin to JSONL',
        files: ['back.jsonl'],
        keeps: ['texts', 'ids', 'labels', 'none apply', 'undecided', 'fields'],
      },
      {
        name: 'DocBin to pairs',
        files: ['pairs.json'],
        keeps: ['texts', 'labels', 'none apply', 'undecided'],
      },
    ],
  },
  {
    peer: 'fastText 0.9.2',
    needs: ['fasttext'],
    exports: [['fasttext', 'ours.txt']],
    through: script('fasttext_trip.py', 'ours.txt'),
    backs: [{ name: 'lines as it reads them', files: ['back.txt'], keeps: ['labels'], options: byToken }],
  },
  {
    peer: "Argilla 2.8.0, the client's records without its server",
    needs: ['argilla'],
    exports: [['argilla', 'ours.json']],
    through: script('argilla_trip.py', 'ours.json'),
    backs: [
      {
        name: 'JSON',
        files: ['back.json'],
        keeps: ['texts', 'ids', 'labels', 'none apply', 'annotators', 'test sample', 'fields'],
      },
    ],
  },
];
