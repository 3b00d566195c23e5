import { openProject } from '../../backend/project/file.ts';

/** Documents of a project in their order, as `Step.documents` has them. */
export function documentsIn(path: string): string[] {
  const project = openProject(path);
  try {
    const { documents, labels, standing } = project.stores;
    const names = labels.all();
    return [...documents.ids()].map((id) => {
      const { externalId, text } = documents.get(id) ?? { externalId: null, text: '' };
      const answers = new Map(standing.decisions(id).map(({ labelId, value }) => [labelId, value]));
      const said = names.flatMap(({ id: label, name }) => {
        const value = answers.get(label);
        return value === 'yes' ? [`+${name}`] : value === 'no' ? [`-${name}`] : [];
      });
      return [externalId ?? '-', String(text.length), ...said].join(' ');
    });
  } finally {
    project.close();
  }
}
