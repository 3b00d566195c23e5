import { dirname } from 'node:path';
import type { ImportEvent } from '../../contract/index.ts';
import { must } from '../../process/must.ts';
import { os } from '../app/base.ts';
import { streamed } from '../app/streams.ts';
import { BackendError } from '../errors.ts';
import { writeAtomically } from '../files/atomic.ts';
import { shortened } from '../machine/recent.ts';
import type { Project } from '../project/file.ts';
import { importFormats } from './formats/all.ts';
import { importFiles } from './importing.ts';
import { failureOfRow, previewFile } from './preview.ts';
import { recount } from './recount.ts';
import { refusedRows } from './refused.ts';
import { redoImport, undoImport } from './undoing.ts';

/** UTF-16 units that fit into what the usual model reads at once (512 tokens of about 4 each). */
const LONG = 2000;
const MOST_PROBLEMS = 20;
const MOST_ACTS = 100;

export const imports = {
  formats: os.imports.formats.handler(() =>
    [...importFormats.values()].map(({ id, name, endings }) => ({ id, name, endings })),
  ),
  choose: os.imports.choose.handler(async ({ context: { host, workspace }, input }) => {
    const { sources } = workspace.opened();
    return sources.choose(await host.openFilesDialog(input.what));
  }),
  begin: os.imports.begin.handler(({ context: { workspace }, input }) =>
    workspace.opened().sources.begin(input),
  ),
  append: os.imports.append.handler(async ({ context: { workspace }, input }) => ({
    received: await workspace.opened().sources.append(input),
  })),
  preview: os.imports.preview.handler(({ context: { workspace }, input: { token, reading }, signal }) => {
    const { project, sources } = workspace.opened();
    const path = must(sources.files([token])[0], 'file of the token');
    const known = project.stores.labels.all().map(({ name }) => name);
    return previewFile(path, reading, { known, signal });
  }),
  census: os.imports.census.handler(({ context: { workspace }, input, signal }) => {
    const { tokens, reading, annotator, absent } = input;
    const { project, sources } = workspace.opened();
    const files = sources.files(tokens);
    return recount(project, {
      files,
      reading,
      annotator,
      absent,
      longerThan: LONG,
      signal,
    });
  }),
  run: os.imports.run.handler(({ context: { workspace }, input, signal }) => {
    const { project, sources, imports: running, refresh } = workspace.opened();
    const files = sources.files(input.tokens);
    return streamed<ImportEvent>(signal, (emit, reader) =>
      running.run({ tokens: input.tokens, signal: reader }, async ({ stop, added: tellAdded }) => {
        const { annotator, absent, reading, conflicts } = input;
        try {
          const report = await importFiles(project, {
            ...reading,
            files,
            absent,
            conflicts: typeof conflicts === 'string' ? conflicts : { theirs: new Set(conflicts.theirs) },
            annotator,
            signal: stop,
            onProgress: (documents, read, total, added) => {
              tellAdded(added);
              emit({ kind: 'progress', documents, share: total > 0 ? Math.min(1, read / total) : 0 });
            },
          });
          const { id, added, known, annotated, newLabels, problems, moreProblems } = report;
          const { read, apart, unnamed, contradictions, repeated, sameText } = report;
          const refused = refusedRows(problems);
          if (refused !== null) refusedBy.set(project, { id, ...refused });
          emit({
            kind: 'done',
            id,
            kept: report.conflictCount - report.overwritten,
            overwritten: report.overwritten,
            added,
            known,
            annotated,
            newLabels,
            problems: problems.length + moreProblems,
            firstProblems: problems.slice(0, MOST_PROBLEMS).map(failureOfRow),
            ...{ read, apart, unnamed, contradictions, repeated, sameText },
            renamed: report.renamed.length,
            differing: report.differingCount,
            notes: report.notes.slice(0, MOST_PROBLEMS),
            refused: refused !== null,
          });
          await sources.discard(input.tokens);
        } finally {
          refresh();
        }
      }),
    );
  }),
  ended: os.imports.ended.handler(async ({ context: { workspace }, input }) => ({
    added: await workspace.opened().imports.ended(input.tokens),
  })),
  saveRefused: os.imports.saveRefused.handler(async ({ context: { host, workspace }, input: { id } }) => {
    const refused = refusedBy.get(workspace.opened().project);
    if (refused?.id !== id) throw gone();
    const to = await host.saveFileDialog(`refused rows${refused.ending}`);
    if (to === null) return null;
    await writeAtomically(to, [refused.text], { overwrite: true });
    return { where: shortened(dirname(to)) };
  }),
  list: os.imports.list.handler(({ context: { workspace } }) =>
    workspace
      .opened()
      .project.stores.imports.list(MOST_ACTS)
      .map((act) => ({ ...act, files: [...act.files] })),
  ),
  undo: os.imports.undo.handler(({ context: { workspace }, input: { id } }) =>
    changed(workspace.opened(), undoImport, id),
  ),
  redo: os.imports.redo.handler(({ context: { workspace }, input: { id } }) =>
    changed(workspace.opened(), redoImport, id),
  ),
  discard: os.imports.discard.handler(async ({ context: { workspace }, input: { tokens } }) => ({
    discarded: await workspace.opened().sources.discard(tokens),
  })),
};

/** Rows that the last import of a project refused, for as long as it is open. */
const refusedBy = new WeakMap<Project, { id: number; ending: string; text: string }>();

const gone = () =>
  new BackendError(
    'refused_gone',
    'The rows that this import refused are not kept any more.',
    'Import the file again.',
  );

function changed(
  { project, refresh }: { project: Project; refresh: () => void },
  change: typeof undoImport,
  id: number,
) {
  const { files, ...done } = change(project, id);
  refresh();
  return { ...done, files: [...files] };
}
