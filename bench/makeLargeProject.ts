import { annotate, decided } from '../backend/annotating/annotating.ts';
import { addLabels } from '../backend/labels/labels.ts';
import { modelDigest } from '../backend/models/digest.ts';
import { DEFAULT, embeddedFolder } from '../backend/models/embedded.ts';
import { createProject } from '../backend/project/file.ts';
import { embeddingName } from '../backend/suggesting/embeddingName.ts';
import { createRandom, logOdds, type Random } from '../engine/index.ts';

/**
 * A project as large as people have them, of made-up words: `node bench/makeLargeProject.ts FILE [documents] [labels]`.
 * Every document has a suggestion per label; 2,000 are annotated, or as many as asked for. With `dimensions` every
 * document has an embedding, too. The same every time.
 */
const WORDS = 20_000;
const ANNOTATED = 2000;
const BATCH = 5000;

/** Words in the frequencies of natural texts (Zipf's law). */
function makeTexts(random: Random): () => string {
  const words = Array.from({ length: WORDS }, () => word(random));
  const pick = () => words[Math.floor(WORDS ** random.uniform()) - 1] ?? words[0]!;
  return () => {
    const length = 30 + random.integer(120);
    return `${Array.from({ length }, pick).join(' ')}.`;
  };
}

const SYLLABLES =
  'ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu'.split(
    ' ',
  );
const word = (random: Random): string =>
  Array.from({ length: 1 + random.integer(4) }, () => SYLLABLES[random.integer(SYLLABLES.length)]!).join('');

/** As the model of such a project has them: heads rest on no others. */
const EMBEDDINGS = embeddingName(await modelDigest(embeddedFolder(DEFAULT)));

export function makeLargeProject(
  path: string,
  { documents = 100_000, labels = 10, annotated = ANNOTATED, dimensions = 0 } = {},
): void {
  const random = createRandom(1);
  const text = makeTexts(random.fork('texts'));
  const project = createProject(path);
  const { stores } = project;
  const own = addLabels(
    project,
    Array.from({ length: labels }, (_, i) => ({
      name: `label ${i + 1}`,
      hypotheses: [`This is about ${i + 1}.`],
    })),
  );
  const scorers = project.write(() =>
    own.map(({ id, hypotheses }) =>
      stores.evidence.scorerId({
        labelId: id,
        kind: 'model',
        name: 'default',
        digest: '',
        precision: 'auto',
        wording: JSON.stringify(hypotheses),
        fusion: null,
      }),
    ),
  );
  const chance = random.fork('suggestions');
  const likeness = random.fork('embeddings');
  if (dimensions > 0) project.write(() => stores.settings.set('embeddings', EMBEDDINGS));
  for (let from = 0; from < documents; from += BATCH) {
    project.write(() => {
      for (let i = from; i < Math.min(documents, from + BATCH); i++) {
        const id = stores.documents.add(
          { externalId: `d${i}`, text: text(), meta: new Map(), split: null, source: 'made' },
          '2026-01-01T00:00:00.000Z',
        );
        if (dimensions > 0) stores.embeddings.put(id, EMBEDDINGS, unitVector(likeness, dimensions));
        own.forEach((label, column) => {
          stores.evidence.put(id, {
            labelId: label.id,
            scorerId: scorers[column]!,
            odds: Float32Array.of(logOdds(chance.uniform() ** 3)),
            cosine: null,
            passage: null,
          });
        });
      }
    });
  }
  const ids = Array.from(
    { length: Math.min(annotated, documents) },
    (_, i) => 1 + i * Math.floor(documents / annotated || 1),
  );
  for (const id of ids) {
    const yes = own.filter(() => chance.uniform() < 0.2).map((label) => label.id);
    const no = own.map((label) => label.id).filter((label) => !yes.includes(label));
    annotate(project, 'ada', [decided(id, { yes, no })]);
  }
  project.close();
}

function unitVector(random: Random, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random.normal());
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

const [path, documents, labels] = process.argv.slice(2);
if (import.meta.main && path !== undefined) {
  makeLargeProject(path, {
    ...(documents !== undefined && { documents: Number(documents) }),
    ...(labels !== undefined && { labels: Number(labels) }),
  });
}
