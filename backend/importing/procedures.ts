import type { ImportEvent } from '../../contract/index.ts';
import { os } from '../app/base.ts';
import { streamed } from '../app/streams.ts';
import { importFiles } from './importing.ts';
import { censusOf, optionsFor, previewFile, problemInWords } from './preview.ts';

/** UTF-16 units that fit into what the usual model reads at once (512 tokens of about 4 each). */
const LONG = 2000;
const MOST_PROBLEMS = 20;

export const imports = {
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
  preview: os.imports.preview.handler(({ context: { workspace }, input: { token, mapping } }) => {
    const { paths, whole } = workspace.opened().sources.files([token]);
    return previewFile(paths[0]!, { whole, ...mapping });
  }),
  census: os.imports.census.handler(({ context: { workspace }, input: { tokens, mapping }, signal }) => {
    const { project, sources } = workspace.opened();
    const { paths: files, whole } = sources.files(tokens);
    return censusOf(project, { files, mapping: { whole, ...mapping }, longerThan: LONG, signal });
  }),
  run: os.imports.run.handler(({ context: { workspace }, input, signal }) => {
    const { project, sources, refresh } = workspace.opened();
    const { paths: files, whole } = sources.files(input.tokens);
    return streamed<ImportEvent>(signal, async (emit, stop) => {
      const { annotator, unlisted, mapping } = input;
      try {
        const report = await importFiles(project, {
          ...optionsFor({ whole, ...mapping }),
          files,
          unlisted,
          annotator,
          signal: stop,
          onProgress: (documents, read, total) =>
            emit({ kind: 'progress', documents, share: total > 0 ? Math.min(1, read / total) : 0 }),
        });
        const { added, known, annotated, newLabels, problems, moreProblems } = report;
        emit({
          kind: 'done',
          added,
          known,
          annotated,
          newLabels,
          problems: problems.length + moreProblems,
          firstProblems: problems.slice(0, MOST_PROBLEMS).map(problemInWords),
        });
        await sources.discard(input.tokens);
      } finally {
        refresh();
      }
    });
  }),
  discard: os.imports.discard.handler(async ({ context: { workspace }, input: { tokens } }) => ({
    discarded: await workspace.opened().sources.discard(tokens),
  })),
};
