import { join } from 'node:path';
import { addLabels } from '../../../backend/labels/labels.ts';
import { createProject } from '../../../backend/project/file.ts';

/** A closed project of one label with these documents; `model` absent: of the model that such a project has by itself. */
export function projectOfTexts(
  home: string,
  {
    name,
    label,
    texts,
    model,
  }: {
    readonly name: string;
    readonly label: { readonly name: string; readonly hypotheses: string[] };
    readonly texts: readonly string[];
    readonly model?: string;
  },
): string {
  const path = join(home, `${name}.entail`);
  const project = createProject(path);
  addLabels(project, [label]);
  project.write(() => {
    if (model !== undefined) project.stores.settings.set('model', model);
    for (const [i, text] of texts.entries())
      project.stores.documents.add(
        { externalId: `${name}-${i}`, text, meta: new Map(), split: null, source: 'test' },
        '2026-01-01T00:00:00.000Z',
      );
  });
  project.close();
  return path;
}
