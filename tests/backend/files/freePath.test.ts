import { readdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { freePath } from '../../../backend/files/freePath.ts';
import { createProject, openProject } from '../../../backend/project/file.ts';
import { addDocuments } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a name that is too long is cut, but for what tells what it is', () => {
  const path = freePath(temporaryFolder(), `${'ü'.repeat(120)} (rescued 2026-03-20 14.05)`, '.entail');
  expect(path).toMatch(/ü{50,}… \(rescued 2026-03-20 14\.05\)\.entail$/);
  expect(Buffer.byteLength(path.slice(dirname(path).length + 1))).toBeLessThan(240);
});

test.skipIf(process.platform === 'win32')(
  'a project with the longest name is saved beside it when it was deleted',
  () => {
    const folder = temporaryFolder();
    const path = join(folder, `${'ü'.repeat(118)}x.entail`);
    const project = createProject(path);
    addDocuments(project, ['one', 'two']);
    annotate(project, 'ada', [decided(1, { yes: [], no: [] })]);
    unlinkSync(path);
    expect(() => annotate(project, 'ada', [decided(2, { yes: [], no: [] })])).toThrow('is saved in');
    const saved = readdirSync(folder).find((name) => name.endsWith('.entail')) ?? '';
    const again = openProject(join(folder, saved));
    expect(again.stores.annotations.state(1, 1)?.status).toBe('done');
    again.close();
    expect(() => project.close()).toThrow();
  },
);
