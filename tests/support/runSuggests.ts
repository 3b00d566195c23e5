import { modelDigest } from '../../backend/models/digest.ts';
import type { Project } from '../../backend/project/file.ts';
import { APP_PRECISION, scorersFor } from '../../backend/suggesting/scorers.ts';

/** A run of the model that suggests from now on; it finds every decision right. */
export async function runSuggests(project: Project, model: string): Promise<void> {
  const { runs, settings, annotations, labels, evidence, settled } = project.stores;
  const digest = await modelDigest(model);
  const yes = new Set(
    [...settled.answers()].flatMap(({ documentId, labelId, value }) =>
      value === 'yes' ? [`${documentId} ${labelId}`] : [],
    ),
  );
  project.write(() => {
    const startedAt = '2026-01-01T00:00:00.000Z';
    const revisionId = annotations.lastRevision();
    const id = runs.add({ model, modelDigest: digest, options: {}, revisionId, startedAt });
    settings.set('activeRun', id);
    const source = { kind: 'run', name: String(id), digest: '' } as const;
    for (const scorer of scorersFor(source, labels.all(), APP_PRECISION)) {
      const { labelId } = scorer;
      const scorerId = evidence.scorerId(scorer);
      for (const document of project.stores.documents.ids()) {
        const odds = Float32Array.of(yes.has(`${document} ${labelId}`) ? 3 : -3);
        evidence.put(document, { labelId, scorerId, odds, cosine: null, passage: null });
      }
    }
  });
}
