import type { Project } from '../project/file.ts';
import type {
  AnnotationRecord,
  Decision,
  ExportDocument,
  ExportSource,
  SuggestionRecord,
} from '../records.ts';

const PAGE = 1000;

/** A project as exporters see it. Documents without an id of their own get the project's. */
export function exportSource(project: Project): ExportSource {
  const { stores } = project;
  const labels = stores.labels.all();
  const names = new Map(labels.map(({ id, name }) => [id, name]));
  return {
    labels,
    *documents() {
      let number = 0;
      for (let after = 0; ; ) {
        const page = stores.documents.page(after, PAGE);
        for (const { id, externalId, text, split } of page) {
          number += 1;
          yield {
            number,
            id: externalId ?? String(id),
            externalId,
            text,
            split,
            meta: stores.documents.meta(id),
            annotations: annotationsOf(project, id, names),
            suggestions: suggestionsOf(project, id, names),
          } satisfies ExportDocument;
        }
        if (page.length < PAGE) return;
        after = page.at(-1)!.id;
      }
    },
  };
}

function annotationsOf(
  { stores: { annotations } }: Project,
  documentId: number,
  names: ReadonlyMap<number, string>,
): AnnotationRecord[] {
  return annotations.states(documentId).flatMap(({ annotatorId, annotator, status, note, seconds, at }) => {
    if (status === 'new') return [];
    const decisions = new Map<string, Decision>();
    for (const [label, value] of annotations.decisions(documentId, annotatorId)) {
      const name = names.get(label);
      if (name !== undefined && value !== 'undecided') decisions.set(name, value);
    }
    return [
      {
        annotator,
        decisions,
        status,
        closed: false,
        at,
        comment: note || undefined,
        seconds: seconds ?? undefined,
      },
    ];
  });
}

function suggestionsOf(
  { stores: { suggestions } }: Project,
  documentId: number,
  names: ReadonlyMap<number, string>,
): SuggestionRecord[] {
  return suggestions.of(documentId).flatMap(({ labelId, probability }) => {
    const label = names.get(labelId);
    const model = suggestions.modelOf(documentId, labelId) ?? '';
    return label === undefined ? [] : [{ label, score: probability, model: publicName(model) }];
  });
}

/** Without the folder of a model: exports carry no paths of this machine. */
const publicName = (key: string): string => {
  const name = key.replace(/( combined \w+)? (auto|fp32|int8)$/, '').replace(/^(model|imported:) ?/, '');
  // A hub id is public; of a folder only its own name is.
  return /^[\w.-]+\/[\w.-]+$/.test(name) ? name : (name.split(/[\\/]/).at(-1) ?? name);
};
