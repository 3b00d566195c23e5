import {
  type AnnotatedDocument,
  createRandom,
  type Example,
  type HeldOut,
  pairsFromAnnotations,
  type Random,
  splitDocuments,
  type TrainingOptions,
  type TuningText,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { randomSample } from '../choosing/randomSample.ts';
import { BackendError } from '../errors.ts';
import { requireLabels } from '../labels/labels.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { oneSidedIn } from '../suggesting/oneSided.ts';
import { zeroShotOf } from '../suggesting/zeroShot.ts';
import { type HeldOutFrom, hardlyLearnt, leftOut, withoutFigures } from './warnings.ts';

/** All that a run learns from, as it was when the run began. */
export interface TrainingData {
  readonly labels: readonly Label[];
  readonly documents: number;
  /** Document ids. */
  readonly learntFrom: readonly number[];
  readonly heldOutIds: readonly number[];
  readonly examples: readonly Example[];
  /** What embeddings are tuned on: the documents of `learntFrom`. */
  readonly tuning: readonly TuningText[];
  /** null: too few documents to hold any out. */
  readonly heldOut: HeldOut | null;
  /** What is held out is a random sample of the collection. */
  readonly heldOutAtRandom: boolean;
  /** Sentences for the person: labels that can hardly be learnt. */
  readonly warnings: readonly string[];
}

export interface DataOptions {
  /** Share of the annotated documents that is kept out of training to stop at the best epoch and tune thresholds. */
  readonly heldOutShare: number;
  /** Rejected labels per accepted one in a document. */
  readonly negativesPerPositive: number;
}

/** With fewer that can be measured on nothing is held out: what is left would say too little. */
const LEAST_DOCUMENTS = 20;

/** From where on a training of this project holds documents out. */
export const heldOutFrom = (project: Project): HeldOutFrom =>
  heldOutFromWith(project, annotatedDocuments(project, project.stores.labels.all()));

function heldOutFromWith({ stores }: Project, annotated: readonly Annotated[]): HeldOutFrom {
  return {
    least: LEAST_DOCUMENTS,
    more: missingToHoldOut(measurableIn(annotated).length),
    documents: stores.documents.count() - stores.documents.inSplit('test').length,
  };
}

const missingToHoldOut = (measurable: number): number => Math.max(0, LEAST_DOCUMENTS - measurable);

/**
 * Pairs and held-out documents from what is decided. Documents of the test sample and skipped ones are left out, a
 * label on which annotators disagree counts as the project's rule says.
 *
 * Throws `no_labels`, `no_decisions`, `no_positives` or `no_negatives`, each saying what is missing.
 */
export function trainingData(project: Project, options: TrainingOptions, data: DataOptions): TrainingData {
  const labels = requireLabels(project);
  const documents = annotatedDocuments(project, labels);
  requireBoth(documents);
  const random = createRandom(options.seed);
  const {
    train: all,
    heldOut,
    atRandom,
  } = split(documents, {
    share: data.heldOutShare,
    seed: options.seed,
    inSample: randomSample(project),
    before: new Set(heldOutBefore(project)),
  });
  const train = withoutTooMany(all, random.fork('one-sided'));
  // Which rejected labels are hard is what the model says of itself, not what these very decisions taught.
  const zeroShot = zeroShotOf(project);
  const scores = train.map((d) => zeroShot.row(d.id) ?? new Float32Array(labels.length));
  const pairs = pairsFromAnnotations({
    documents: train,
    hypotheses: labels.map(({ hypotheses }) => hypotheses),
    negativesPerPositive: data.negativesPerPositive,
    random: random.fork('negatives'),
    scores,
  });
  return {
    labels,
    documents: train.length,
    learntFrom: train.map(({ id }) => id),
    heldOutIds: heldOut.map(({ id }) => id),
    tuning: train.map(({ text, decisions }) => {
      const said = (wanted: 'yes' | 'no') =>
        [...decisions].filter(([, value]) => value === wanted).map(([label]) => label);
      return { text, yes: said('yes'), no: said('no') };
    }),
    examples: pairs.map(({ premise, hypothesis, target }) => ({ premise, hypothesis, target })),
    heldOut: heldOut.length === 0 ? null : judged(heldOut, labels),
    heldOutAtRandom: atRandom,
    warnings: [
      ...(data.heldOutShare > 0
        ? withoutFigures(
            heldOutFromWith(project, documents),
            measurableIn(documents).length < documents.length,
          )
        : []),
      ...leftOut(all, train),
      ...hardlyLearnt(train, labels),
    ],
  };
}

type Annotated = Omit<AnnotatedDocument<number>, 'decisions'> & {
  readonly decisions: ReadonlyMap<number, 'yes' | 'no'>;
  /** Of its labels, those whose answer is not to be measured on (`OneSided`). */
  readonly oneSided: ReadonlySet<number>;
};

/** Documents with at least one decided label, in project order, without the test sample. */
export function annotatedDocuments(project: Project, labels: readonly Label[]): Annotated[] {
  const position = new Map(labels.map(({ id }, i) => [id, i]));
  const decisions = new Map<number, Map<number, 'yes' | 'no'>>();
  const oneSided = oneSidedIn(project);
  for (const { documentId, labelId, value } of project.stores.settled.answers()) {
    const label = position.get(labelId);
    if (label === undefined) continue;
    const own = decisions.get(documentId) ?? new Map<number, 'yes' | 'no'>();
    decisions.set(documentId, own.set(label, value));
  }
  return [...decisions].flatMap(([id, own]) => {
    const document = project.stores.documents.get(id);
    return !document || document.split === 'test'
      ? []
      : [
          {
            id,
            text: document.text,
            decisions: own,
            oneSided: labelsWhere(own, (label) => oneSided.has(id, labels[label]!.id)),
          },
        ];
  });
}

const labelsWhere = (decisions: ReadonlyMap<number, unknown>, isSo: (label: number) => boolean) =>
  new Set([...decisions.keys()].filter(isSo));

/** What of a document can be held out; nothing where all of its answers are one-sided. */
function withoutOneSided(document: Annotated): Annotated[] {
  if (document.oneSided.size === 0) return [document];
  const decisions = new Map([...document.decisions].filter(([label]) => !document.oneSided.has(label)));
  return decisions.size === 0 ? [] : [{ ...document, decisions, oneSided: new Set() }];
}

const measurableIn = (documents: readonly Annotated[]): Annotated[] => documents.flatMap(withoutOneSided);

/**
 * One-sided yeses of a label as long as they and its others are no more than its noes: with more, the model would learn
 * that it applies everywhere; one-sided noes in the same way. Which ones is drawn. Documents of which nothing is left are left out.
 */
function withoutTooMany(documents: readonly Annotated[], random: Random): Annotated[] {
  if (!documents.some(({ oneSided }) => oneSided.size > 0)) return [...documents];
  /** By label: how many more noes there are than yeses. */
  const more = new Map<number, number>();
  const add = (label: number, value: 'yes' | 'no') =>
    more.set(label, (more.get(label) ?? 0) + (value === 'no' ? 1 : -1));
  for (const { decisions, oneSided } of documents)
    for (const [label, value] of decisions) if (!oneSided.has(label)) add(label, value);
  const kept = new Map<number, Annotated>();
  for (const document of random.shuffle([...documents])) {
    const decisions = new Map(document.decisions);
    for (const label of document.oneSided) {
      const value = mustGet(document.decisions, label, 'decision');
      const balance = more.get(label) ?? 0;
      if (value === 'yes' ? balance > 0 : balance < 0) add(label, value);
      else decisions.delete(label);
    }
    if (decisions.size > 0) kept.set(document.id, { ...document, decisions });
  }
  return documents.flatMap(({ id }) => kept.get(id) ?? []);
}

function requireBoth(documents: readonly Annotated[]): void {
  const values = new Set(documents.flatMap(({ decisions }) => [...decisions.values()]));
  if (documents.length === 0) {
    throw new BackendError(
      'no_decisions',
      'There is nothing to train on: no label was decided on any document.',
      'Accept or reject labels on some documents first.',
    );
  }
  if (!values.has('yes')) {
    throw new BackendError(
      'no_positives',
      'No document has a label yet: every decision is a no.',
      'Accept some labels first.',
    );
  }
  if (!values.has('no')) {
    throw new BackendError(
      'no_negatives',
      'No label was rejected yet: every decision is a yes, so there is nothing to tell apart.',
      'Reject some labels, or mark documents as done so that their other labels are a no.',
    );
  }
}

/**
 * What is held out is drawn, label by label, from the random sample: what a strategy chose is harder or easier than most,
 * and figures on it would be those of such documents. A sample smaller than wanted is held out whole; where it is less
 * than half of that, all documents are drawn from. One-sided answers are never held out. What the run that suggests held out
 * (`before`) is held out again: on what that learnt from, nothing would tell which of both does better.
 */
function split(
  documents: readonly Annotated[],
  {
    share,
    seed,
    inSample,
    before,
  }: { share: number; seed: number; inSample: (id: number) => boolean; before: ReadonlySet<number> },
): { train: Annotated[]; heldOut: Annotated[]; atRandom: boolean } {
  const measurable = measurableIn(documents);
  if (share === 0 || missingToHoldOut(measurable.length) > 0)
    return { train: [...documents], heldOut: [], atRandom: false };
  const wanted = Math.round(share * measurable.length);
  const sample = measurable.filter(({ id }) => inSample(id));
  const atRandom = 2 * sample.length >= wanted;
  const among = atRandom ? sample : measurable;
  const again = drawn(
    among.filter(({ id }) => before.has(id)),
    wanted,
    seed,
  );
  const others = among.filter(({ id }) => !before.has(id));
  const heldOut = new Set([...again, ...drawn(others, wanted - again.length, seed)].map(({ id }) => id));
  return {
    train: documents.filter(({ id }) => !heldOut.has(id)),
    heldOut: measurable.filter(({ id }) => heldOut.has(id)),
    atRandom,
  };
}

function drawn(documents: readonly Annotated[], wanted: number, seed: number): readonly Annotated[] {
  if (documents.length <= wanted) return documents;
  return wanted <= 0 ? [] : stratified(documents, wanted / documents.length, seed);
}

/** What the run that suggests held out. */
const heldOutBefore = ({ stores: { runs, settings } }: Project): readonly number[] =>
  runs.heldOut(settings.get('activeRun'));

function stratified(documents: readonly Annotated[], share: number, seed: number): Annotated[] {
  const parts = splitDocuments({
    labels: documents.map(({ decisions }) =>
      [...decisions].filter(([, value]) => value === 'yes').map(([label]) => label),
    ),
    heldOutShare: share,
    random: createRandom(seed).fork('held out'),
  });
  return parts.heldOut.map((i) => documents[i]!);
}

function judged(documents: readonly Annotated[], labels: readonly Label[]): HeldOut {
  const table = (cell: (value: string | undefined) => boolean) =>
    documents.map(({ decisions }) => Uint8Array.from(labels, (_, i) => (cell(decisions.get(i)) ? 1 : 0)));
  return {
    texts: documents.map(({ text }) => text),
    hypotheses: labels.map(({ hypotheses }) => hypotheses),
    labelNames: labels.map(({ name }) => name),
    gold: table((value) => value === 'yes'),
    decided: table((value) => value !== undefined),
  };
}
