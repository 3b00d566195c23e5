import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import {
  type ExportOptions,
  exportData,
  exportFormats,
  losses,
  tableFormats,
} from '../../../backend/exporting/index.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { removeLabel } from '../../../backend/labels/changes.ts';
import type { Project } from '../../../backend/project/file.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const STATES = ['given', 'none', 'none without a word', 'withdrawn', 'deleted', 'skipped', 'begun', 'new'];

/** A document in each state that a person can leave one in, and one with a yes, called as the states. */
function inAllStates(): Project {
  const project = newProject(['price', 'shipping', 'colour']);
  addDocuments(
    project,
    STATES.map((state) => `a document that is ${state}`),
  );
  annotate(project, 'ada', [
    decided(1, { yes: [1], no: [2] }),
    decided(2, { yes: [], no: [1, 2] }),
    decided(3, { yes: [], no: [] }),
    decided(4, { yes: [1], no: [2] }),
    decided(5, { yes: [3], no: [] }),
    { documentId: 6, values: new Map(), status: 'skipped' },
    { documentId: 7, values: new Map([[2, 'yes']]), status: 'draft' },
  ]);
  const none = new Map([1, 2].map((label) => [label, 'undecided'] as const));
  annotate(project, 'ada', [{ documentId: 4, values: none, status: 'done' }]);
  removeLabel(project, 3);
  return project;
}

/** What holds of documents, in short: "price -shipping!" is finished. */
function statesIn(project: Project): string[] {
  const byText = new Map([...exportSource(project).documents()].map((document) => [document.text, document]));
  return STATES.map((state) => {
    const document = byText.get(`a document that is ${state}`);
    if (document === undefined) return `${state}: left out`;
    const said = document.annotations.map(({ decisions, status }) =>
      [status, ...[...decisions].map(([name, value]) => (value === 'yes' ? name : `-${name}`)).sort()].join(
        ' ',
      ),
    );
    return `${state}: ${said.join(', ')}`;
  });
}

/** The states in another project with the same labels. */
async function comesBack(format: string, options: ExportOptions): Promise<string[]> {
  const project = inAllStates();
  const extension = exportFormats.get(format)?.extension ?? tableFormats.get(format)?.extension ?? '';
  const to = join(temporaryFolder(), `data${extension}`);
  const [file = to] = await exportData(exportSource(project), { ...options, format, to, overwrite: false });
  const other = newProject(['price', 'shipping']);
  if (statSync(file).size > 0) await importFiles(other, { files: [file], annotator: 'ada', format: 'auto' });
  return statesIn(other);
}

const EXACT = [
  'given: done -shipping price',
  'none: done -price -shipping',
  'none without a word: done',
  'withdrawn: draft',
  'deleted: draft',
  'skipped: skipped',
  'begun: draft shipping',
  'new: ',
];

test.each(['jsonl', 'csv'])('in our own %s every state comes back as it was', async (format) => {
  expect(await comesBack(format, { includeUnfinished: true })).toEqual(EXACT);
  expect(await comesBack(format, { includeUnfinished: false })).toEqual(
    EXACT.map((state) => (/draft|new/.test(state) ? state.replace(/:.*/, ': left out') : state)),
  );
});

// Pairs are for a training, and no documents.
const READ = [...exportFormats.keys(), ...tableFormats.keys()].filter((name) => name !== 'nli-pairs');

test.each(READ)('as %s nobody says anything of what was taken back', async (format) => {
  for (const includeUnfinished of [true, false]) {
    const states = await comesBack(format, { includeUnfinished });
    for (const state of ['withdrawn', 'deleted', 'new'])
      expect([': ', ': draft', ': left out'].map((found) => `${state}${found}`)).toContain(
        states[STATES.indexOf(state)],
      );
  }
});

test.each([...exportFormats.values()])(
  '$name says that flags are left out, where there are any',
  (format) => {
    const project = inAllStates();
    const told = () => losses(exportSource(project), format).filter((loss) => loss.startsWith('flags'));
    expect(told()).toEqual([]);
    const flag = (documentId: number, status: 'new' | 'done') =>
      annotate(project, 'ada', [{ documentId, values: new Map(), status, flagged: true }]);
    flag(1, 'done');
    // Of a document that nobody opened, too.
    flag(8, 'new');
    expect(told()).toEqual(['flags of documents are left out (2 documents)']);
  },
);
