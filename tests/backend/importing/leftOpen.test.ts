import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import type { Project } from '../../../backend/project/file.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const TEXTS = ['too expensive and late', 'the colour is ugly'];

function answered(): Project {
  const project = newProject(['price', 'shipping']);
  addDocuments(project, TEXTS);
  annotate(project, 'ada', [decided(1, { yes: [1, 2], no: [] }), decided(2, { yes: [1], no: [2] })]);
  return project;
}

async function bring(project: Project, name: string, text: string, conflicts: 'mine' | 'theirs') {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const { notes } = await importFiles(project, { files: [file], annotator: 'eve', conflicts });
  return { notes, answers: [1, 2].map((id) => [...project.stores.settled.of(id)]) };
}

const HEADER = 'id,text,split,status,annotator,comment,price,shipping';

test.each(['mine', 'theirs'] as const)(
  'answers that an edited table leaves open stay, and the report says so (%s)',
  async (conflicts) => {
    const rows = [HEADER, `d1,${TEXTS[0]},,done,ada,,1,1`, `d2,${TEXTS[1]},,done,ada,,,0`];
    const { notes, answers } = await bring(answered(), 'edited.csv', rows.join('\n'), conflicts);
    expect(answers[1]).toEqual([
      [1, 'yes'],
      [2, 'no'],
    ]);
    expect(notes).toEqual([
      'edited.csv: 1 answer of the project, which it leaves open, stays: an import takes none back, Browse and Annotate do.',
    ]);
  },
);

test('so do those of records; what nobody had answered, or what another row of the file says, is not told', async () => {
  const row = (id: number, labels: string[], rejected: string[], more = {}) =>
    JSON.stringify({
      id: `d${id}`,
      text: TEXTS[id - 1],
      labels,
      rejected,
      status: 'done',
      annotator: 'ada',
      ...more,
    });
  const same = await bring(
    answered(),
    'a.jsonl',
    [row(1, ['price', 'shipping'], []), row(2, ['price'], ['shipping'])].join('\n'),
    'theirs',
  );
  expect(same.notes).toEqual([]);
  const fewer = await bring(
    answered(),
    'b.jsonl',
    [row(1, [], ['price']), row(2, [], ['shipping'])].join('\n'),
    'theirs',
  );
  expect(fewer.notes).toEqual([
    expect.stringMatching(/^b\.jsonl: 2 answers of the project, which it leaves open, stay:/),
  ]);
  expect(fewer.answers[0]).toEqual([
    [1, 'no'],
    [2, 'yes'],
  ]);
  const begun = await bring(answered(), 'c.jsonl', row(1, ['price'], [], { status: 'draft' }), 'theirs');
  expect(begun.notes).toEqual([]);
  const empty = newProject(['price', 'shipping']);
  addDocuments(empty, TEXTS);
  const joined = await bring(
    empty,
    'd.jsonl',
    [row(1, ['price'], []), row(1, ['shipping'], [])].join('\n'),
    'mine',
  );
  expect(joined.notes).toEqual([]);
});
