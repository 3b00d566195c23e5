import { expect, test } from 'vitest';
import { importFormats } from '../../backend/importing/formats/all.ts';
import { areProjects } from '../../electron/droppedProjects.ts';
import { kindsOf as kindsIn, refusedInWords as refusedIn } from '../../renderer/src/state/dropKinds.ts';

const formats = [...importFormats.values()].map(({ id, name, endings }) => ({ id, name, endings }));
const kindsOf = (names: readonly string[]) => kindsIn(names, formats);
const refusedInWords = (refused: Parameters<typeof refusedIn>[0]) => refusedIn(refused, formats);

test('documents that are dropped are imported, whatever the case of their endings', () => {
  const names = [
    'a.csv',
    'B.TSV',
    'c.Json',
    'd.jsonl',
    'e.ndjson',
    'f.parquet',
    'g.txt',
    'h.md',
    'README',
    'i.fasttext',
    '.notes',
  ];
  expect(kindsOf(names)).toEqual({ take: [...names.keys()], refused: null });
});

test('what is no document is refused with a sentence, and the documents beside it are taken', () => {
  const { take, refused } = kindsOf(['a.csv', 'report.odt', 'b.txt']);
  expect(take).toEqual([0, 2]);
  expect(refused && refusedInWords(refused)).toBe(
    '“report.odt” can’t be imported. Entail reads Parquet, GZIP, Excel, OpenDocument, Word, ZIP, PDF, HTML, mailbox, mail, saved page, Markdown, JSON Lines, JSON, TSV, CSV, and text.',
  );
  const all = kindsOf(['x.exe', 'y.rtf', 'z.pptx']).refused;
  expect(all && refusedInWords(all)).toMatch(/^“x\.exe” and 2 more can’t/);
});

test('an ending that a format brings is no longer refused, and is named among what can be read', () => {
  const more = [...formats, { id: 'rtf', name: 'RTF', endings: { '.rtf': 'RTF' } }];
  expect(kindsIn(['report.RTF'], more)).toEqual({ take: [0], refused: null });
  const { refused } = kindsIn(['x.exe'], more);
  expect(refused && refusedIn(refused, more)).toMatch(/CSV, text, and RTF\.$/);
});

test('the shell opens projects that come alone; with documents among them neither shell nor page does anything', () => {
  expect(areProjects(['a.entail', 'B.ENTAIL'])).toBe(true);
  expect(areProjects([])).toBe(false);
  const mixed = ['a.entail', 'b.csv'];
  expect(areProjects(mixed)).toBe(false);
  expect(kindsOf(mixed)).toMatchObject({ take: [], refused: { kind: 'mixed' } });
  expect(kindsOf(['a.entail'])).toMatchObject({ take: [], refused: { kind: 'project' } });
});
