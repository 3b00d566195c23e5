import { nameOf } from '../project/documentName.ts';
import type { Project } from '../project/file.ts';
import type { Scorer } from '../project/store/evidence.ts';
import type {
  AnnotationRecord,
  Decision,
  ExportDocument,
  ExportSource,
  SuggestionRecord,
} from '../records.ts';
import { suggestionsOf } from '../suggesting/reader.ts';

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
            id: nameOf({ id, externalId }),
            externalId,
            text,
            split,
            meta: stores.documents.meta(id),
            annotations: annotationsOf(project, id, names),
            settled: settledOf(project, id, names),
            suggestions: suggestionRecords(project, id, names),
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
        absence: 'said',
        at,
        comment: note || undefined,
        seconds: seconds ?? undefined,
      },
    ];
  });
}

/** Label names → what holds of them by the project's rule. */
const settledOf = (
  { stores: { settled } }: Project,
  documentId: number,
  names: ReadonlyMap<number, string>,
): ReadonlyMap<string, Decision> =>
  new Map(
    [...settled.of(documentId)].flatMap(([label, value]) => {
      const name = names.get(label);
      return name === undefined ? [] : [[name, value] as const];
    }),
  );

function suggestionRecords(
  project: Project,
  documentId: number,
  names: ReadonlyMap<number, string>,
): SuggestionRecord[] {
  const suggestions = suggestionsOf(project, [documentId]);
  return suggestions.labelIds.flatMap((labelId) => {
    const label = names.get(labelId);
    const score = suggestions.probability(documentId, labelId);
    const scorer = project.stores.evidence.scorer(suggestions.scorer(documentId, labelId));
    if (label === undefined || scorer === undefined || Number.isNaN(score)) return [];
    // What a file said was a decimal number; of float32 six digits are sure.
    const rounded = scorer.kind === 'imported' ? Number(score.toPrecision(6)) : score;
    return [{ label, score: rounded, model: publicName(scorer) }];
  });
}

/** Without the folder of a model: exports carry no paths of this machine. A hub id is public. */
function publicName({ kind, name }: Scorer): string {
  if (kind === 'run') return `run ${name}`;
  return /^[\w.-]+\/[\w.-]+$/.test(name) ? name : (name.split(/[\\/]/).at(-1) ?? name);
}
