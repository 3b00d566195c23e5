import { join } from 'node:path';
import { addLabels } from '../../../backend/labels/labels.ts';
import { createProject, type Project } from '../../../backend/project/file.ts';

/** A project without suggestions that come by themselves: it waits for consent to a model that nobody has. */
export function quietProject(
  home: string,
  name: string,
  { labels, texts }: { readonly labels: readonly string[]; readonly texts: readonly string[] },
): Project {
  const project = createProject(join(home, `${name}.entail`));
  project.write(() => {
    project.stores.settings.set('model', 'nobody/has-this');
    for (const [i, text] of texts.entries()) {
      project.stores.documents.add(
        { externalId: `${name}-${i + 1}`, text, meta: new Map(), split: null, source: 'test' },
        '2026-01-01T00:00:00.000Z',
      );
    }
  });
  addLabels(
    project,
    labels.map((label) => ({ name: label, hypotheses: [`This is about ${label}.`] })),
  );
  return project;
}

/** What the one person who annotates decided of a document: label → yes or no, and its state. */
export function decidedOf(project: Project, documentId: number) {
  const { annotations, labels } = project.stores;
  const [person, ...others] = annotations.annotators();
  if (others.length > 0) throw new Error('There is more than one annotator.');
  const who = person?.id ?? 0;
  const names = new Map(labels.all().map(({ id, name }) => [id, name]));
  const values = [...annotations.decisions(documentId, who)]
    .filter(([, value]) => value !== 'undecided')
    .map(([id, value]): [string, string] => [names.get(id) ?? '', value]);
  return {
    status: annotations.state(documentId, who)?.status ?? 'new',
    values: Object.fromEntries(values.sort()),
  };
}
