import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { placesToBe } from '../../../backend/importing/placesToBe.ts';
import { placed, placesIn } from '../../../backend/importing/placing.ts';
import { censusOf } from '../../../backend/importing/preview.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('an id of another file that comes twice is counted by the preview as by the import', async () => {
  const folder = temporaryFolder();
  const written = (name: string, ...texts: number[]) => {
    const path = join(folder, name);
    writeFileSync(path, `id,text\n${texts.map((text) => `4,text number ${text} of these\n`).join('')}`);
    return path;
  };
  const project = newProject();
  const given = { annotator: 'me', format: 'auto' };
  await importFiles(project, { files: [written('a.csv', 0)], ...given });
  const files = [written('b.csv', 0, 7, 8)];
  const census = await censusOf(project, { files, reading: {}, annotator: 'me', longerThan: 1_000_000 });
  expect(census).toMatchObject({ fresh: 1, apart: 1, duplicate: 1, problems: 1 });
  const report = await importFiles(project, { files, ...given });
  expect(report).toMatchObject({ added: 1, apart: 1, known: 1, changed: 1 });
});

test('whatever ids and texts come how often, in which files, the preview tells what the import does', () => {
  let state = 12_345;
  const below = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % n;
  };
  const IDS = [null, null, '1', '1.0', '01', '2', '#1', '#4', 'a.csv:1', 'b.csv:2'];
  const kinds = new Set<string>();
  for (let i = 0; i < 60; i++) {
    const { stores, write } = newProject();
    const { documents } = stores;
    const shared = below(3) === 0;
    const records = Array.from({ length: 12 }, (_, row) => ({
      externalId: IDS[below(IDS.length)] ?? null,
      text: `text number ${below(4)}`,
      file: ['a.csv', 'b.csv', 'c.csv'][Math.floor(row / 4)]!,
    }));
    const store = ({ externalId, text, file }: (typeof records)[number]) => {
      const found = placed(placesIn(documents), { externalId, text }, { file, shared });
      if (found.kind !== 'new') return found;
      const { externalId: own } = found;
      const document = { externalId: own, text, source: file, meta: new Map(), split: null };
      write(() => documents.add(document, '2026-01-01T00:00:00.000Z'));
      return found;
    };
    // The first file is in the project already.
    for (const record of records.slice(0, 4)) store(record);
    const places = placesToBe(documents);
    const told = records.slice(4).map(({ externalId, text, file }) => {
      const found = placed(places, { externalId, text }, { file, shared });
      if (found.kind === 'new') places.add({ externalId: found.externalId, text, source: file });
      return found;
    });
    const done = records.slice(4).map(store);
    expect(told, JSON.stringify(records)).toEqual(done);
    for (const found of done) kinds.add(found.kind === 'new' && found.apart ? 'apart' : found.kind);
  }
  expect([...kinds].sort()).toEqual(['apart', 'changed', 'known', 'new']);
});
