import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { censusOf } from '../../../backend/importing/preview.ts';
import { failureInWords, fromBackend, speak } from '../../../renderer/src/texts/index.ts';
import { fileWith } from '../../backend/importing/formats/support.ts';
import { pdfFile } from '../../support/officeFiles.ts';
import { newProject } from '../../support/project.ts';

beforeEach(() => speak('de'));
afterEach(() => speak('en'));

const notesOn = async (path: string): Promise<string[]> =>
  (await importFiles(newProject([]), { files: [path], annotator: 'ada' })).notes;

const tickets = Array.from({ length: 510 }, (_, i) => `${i},words of ticket ${i}`).join('\n');

/** More rows than are looked at, of which one that is neither among the first nor chosen has a field of its own. */
const lateField = Array.from({ length: 200_600 }, (_, i) =>
  JSON.stringify({ text: `text ${i}`, ...(i > 200_500 && { mood: 'dear' }) }),
).join('\n');

test.each([
  ['titles', fileWith('a.csv', 'Tickets\nid,text,label\n1,one two,late\n2,three,late\n')],
  ['groups', fileWith('a.csv', ',doc,tags,tags\n,text,late,dear\n0,one two,1,0\n1,three,0,1\n2,four,1,1\n')],
  ['ids', fileWith('a.csv', `Ticket No,text\n${tickets}\n7,other words\n`)],
  ['files', fileWith('a.zip', zipSync({ 'a.txt': strToU8('one'), 'b.exe': strToU8('MZ') }))],
  ['pages', fileWith('a.pdf', pdfFile([[['one']], [], []]))],
  ['fields that come late', fileWith('a.jsonl', lateField)],
  ['minus ones', fileWith('a.csv', 'text,mood\none two,1\nthree,0\nfour,-1\n')],
  ['joined labels', fileWith('a.csv', 'text;label\none two;"a; b"\nthree;a\nfour;b\nfive;"a, b"\n')],
  ['mail', fileWith('a.eml', Buffer.from('From: a@x.org\nSubject: Gr\xf6\xdfe\n\nsch\xf6n\n', 'latin1'))],
])('what is worth knowing of a file is told in German: %s', async (_, path) => {
  const notes = await notesOn(path);
  expect(notes).not.toEqual([]);
  for (const note of notes) expect(fromBackend(note)).not.toBe(note);
});

test('columns and labels that are told of', () => {
  const late = 'after the rows by which it is told what columns are, and';
  const say = 'kept beside the text; say it where these are labels.';
  for (const [note, german] of [
    [
      `a.csv: "mood" has its first value ${late} was ${say}`,
      'a.csv: „mood“ hat den ersten Wert erst nach den Zeilen, an denen sich zeigt, was die Spalten sind, und bleibt beim Text; sagen Sie es, wenn das Kategorien sind.',
    ],
    [
      `a.csv: "mood", "topic" have their first values ${late} were ${say}`,
      'a.csv: „mood“, „topic“ haben die ersten Werte erst nach den Zeilen, an denen sich zeigt, was die Spalten sind, und bleiben beim Text; sagen Sie es, wenn das Kategorien sind.',
    ],
  ] as const)
    expect(fromBackend(note)).toBe(german);
});

test('sheets that are not read', () => {
  for (const note of [
    'a.xlsx: The sheet "One" was read, the sheets "Two", "Three" were not.',
    'a.xlsx: The sheet "One" was read, the hidden sheet "Two" was not.',
  ])
    expect(fromBackend(note)).toContain('Gelesen wurde das Blatt „One“');
});

test('rows that are hidden', () => {
  expect(
    fromBackend(
      'a.xlsx: 2 rows of the sheet are hidden or filtered away (the first: line 3), and were read like the others.',
    ),
  ).toBe(
    'a.xlsx: 2 Zeilen des Blatts sind ausgeblendet oder weggefiltert (die erste: Zeile 3), und wurden wie die anderen gelesen.',
  );
});

test('formulas that were never computed', () => {
  const rest = 'read as empty: open the file in Excel or LibreOffice, save it there, and import it again.';
  for (const [note, german] of [
    [
      `a.xlsx: 3 cells are formulas that were never computed (the first: D4), and are ${rest}`,
      'a.xlsx: 3 Zellen sind Formeln, die nie berechnet wurden (die erste: D4), und werden als leer gelesen:',
    ],
    [
      `a.xlsx: One cell is a formula that was never computed, and is ${rest}`,
      'a.xlsx: Eine Zelle ist eine Formel, die nie berechnet wurde, und wird als leer gelesen:',
    ],
  ] as const)
    expect(fromBackend(note)).toContain(german);
});

test('why a file within another can’t be read is told in German, with what to do', async () => {
  const path = fileWith(
    'a.zip',
    zipSync({ 'a.txt': strToU8('one'), 'b.xlsx': strToU8('none'), 'c.csv': strToU8('') }),
  );
  const census = await censusOf(newProject([]), {
    ...{ files: [path], reading: {}, annotator: 'ada', longerThan: 1000 },
  });
  expect(census.problems).toBe(2);
  expect(census.firstProblems.map(failureInWords)).toEqual([
    expect.stringMatching(/^„b\.xlsx“ ist nicht, was der Name sagt\. Besorgen Sie die Datei neu/),
    '„c.csv“ ist leer. Wählen Sie eine Datei mit Dokumenten.',
  ]);
});
