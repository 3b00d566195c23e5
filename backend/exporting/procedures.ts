import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { os } from '../app/base.ts';
import { streamed } from '../app/streams.ts';
import { BackendError } from '../errors.ts';
import { safeFileName } from '../files/names.ts';
import { shortened } from '../machine/recent.ts';
import { dataFormats, filesAt, writeData } from './exportData.ts';
import { exportedName } from './exportedName.ts';
import { exportRun, exportSuggesting } from './exportModel.ts';
import { exportFormats, tableFormats } from './index.ts';

export const exports = {
  formats: os.exports.formats.handler(({ context: { workspace } }) =>
    dataFormats(workspace.opened().project),
  ),
  data: os.exports.data.handler(async ({ context: { host, workspace }, input, signal }) => {
    const { project, name, exported } = workspace.opened();
    const format = tableFormats.get(input.format) ?? exportFormats.get(input.format);
    if (!format)
      throw new BackendError('format_unknown', 'There is no such format.', 'Choose one of the list.');
    const to = await host.saveFileDialog(exportedName(name, format));
    if (to === null) return null;
    const { files, outdated } = await writeData(project, { ...input, to, signal });
    const onlyDone = input.onlyDone && !tableFormats.has(format.name);
    const leftOut = onlyDone ? project.stores.annotations.unfinished() : 0;
    const token = exported.give({
      path: to,
      files: pathsIn(
        dirname(to),
        files.map(({ name }) => name),
      ),
    });
    return { token, where: shortened(dirname(to)), files, leftOut, outdated };
  }),
  model: os.exports.model.handler(({ context: { host, workspace, engine }, input: { run }, signal }) => {
    const { project, name, exported } = workspace.opened();
    return streamed(signal, async (emit, stop) => {
      const to = await host.saveFolderDialog(
        safeFileName(run === null ? `${name} model` : `${name} run ${run}`),
      );
      if (to === null) return emit({ kind: 'cancelled' } as const);
      emit({ kind: 'working' } as const);
      const where = { to, signal: stop };
      const result = await (run === null
        ? exportSuggesting(project, engine, where)
        : exportRun(project, engine, { ...where, run }));
      const paths = pathsIn(to, result.files);
      emit({
        kind: 'done',
        exported: {
          token: exported.give({ path: to, files: paths }),
          where: shortened(to),
          files: await filesAt(paths),
        },
        snippets: snippetsIn(await readFile(join(to, 'README.md'), 'utf8')),
        withoutLearnt: result.withoutLearnt,
      } as const);
    });
  }),
  show: os.exports.show.handler(async ({ context: { host, workspace }, input: { token } }) => {
    await host.showInFolder(workspace.opened().exported.take(token).path);
    return { shown: true } as const;
  }),
};

/** The path of each file, by its name in the folder. */
const pathsIn = (folder: string, names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(names.map((name) => [name, join(folder, name)]));

/** The code that the model's card shows, of each language the first. */
function snippetsIn(card: string): { python: string; javascript: string } {
  const block = (language: string) => card.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '';
  return { python: block('python'), javascript: block('js') };
}
