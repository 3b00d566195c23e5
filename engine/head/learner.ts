import { mustGet } from '../../process/must.ts';
import { createDraw } from '../draw.ts';
import { invariant } from '../errors.ts';
import { foldsOf } from '../folds.ts';
import { logistic } from '../nli/probability.ts';
import { createRandom } from '../random.ts';
import { blocksOf, type Chosen, type Embeddings8, floatsOf } from './embeddings8.ts';
import {
  answersWhere,
  type EmbeddingSpace,
  embeddingSpace,
  type HeadEvidence,
  isOneSided,
  type LabelAnswers,
} from './evidence.ts';
import { suggestionThreshold } from './expectedF1.ts';
import { fitHeads, type Heads, headOdds, type LabelRange } from './heads.ts';
import { labelPrototypes, type Prototype } from './prototypes.ts';
import { fitRunFusion, fusedOdds, type RunFusion } from './runFusion.ts';
import { type Expected, expectedAt, type Target, targetThreshold } from './target.ts';

/** What is known of all documents of a project; a row per document. */
export interface HeadTables extends Pick<HeadEvidence, 'labels' | 'suggested' | 'entailed'> {
  readonly documents: number;
  /** null: the model tells nothing of what documents are like. */
  readonly embeddings: Embeddings8 | null;
  /** r: log-odds of a trained run, [documents, labels]; NaN where they are not known. null: no run suggests. */
  readonly trained: Float32Array | null;
}

/** What the decisions so far come to. */
export interface Learnt {
  readonly heads: Heads;
  /** [documents, labels]; NaN where nothing is suggested. */
  readonly probabilities: Float32Array;
  /** [labels] */
  readonly thresholds: Float64Array;
  /** [labels]: what suggestions at these thresholds come to, and at those of the best F1. */
  readonly expected: readonly { readonly now: Expected; readonly best: Expected }[];
}

/** Some of the labels, where several threads learn at once. */
export interface LearnPart extends LabelRange {
  /** [documents, labels], of all labels: those of the part are written. */
  readonly probabilities: Float32Array;
}

/** What several threads learnt, in the order of their labels, of which each has been in one part. */
export function joinParts(parts: readonly Learnt[]): Learnt {
  const [first] = parts;
  invariant(first !== undefined, 'something was learnt');
  return {
    heads: { ...first.heads, labels: parts.flatMap(({ heads }) => heads.labels) },
    probabilities: first.probabilities,
    thresholds: Float64Array.from(parts.flatMap(({ thresholds }) => [...thresholds])),
    expected: parts.flatMap(({ expected }) => expected),
  };
}

/** What a person asks for, [labels]; null: the best F1. */
export type Targets = readonly (Target | null)[];

/** What a run says of documents that it had not learnt from when it said it. */
export interface RunReadings {
  /** Documents, as rows of the tables. */
  readonly documents: readonly number[];
  /** Log-odds, [those documents, labels]. */
  readonly odds: Float32Array;
}

/** What each decided document would be given had nobody decided it. */
export interface CrossFitted {
  /** Documents, as rows of the tables; where a run suggests those that it had not learnt from. */
  readonly documents: Uint32Array;
  /** [those documents, labels]; NaN where nothing is suggested. */
  readonly probabilities: Float32Array;
  /** [those documents, labels]: chosen without the document, too. */
  readonly thresholds: Float64Array;
  /** How heads and run are fused, by all of these documents; null: no run suggests. */
  readonly fusion: RunFusion | null;
}

/** What heads that learnt from some decisions alone would suggest. */
export interface TaughtBy {
  /** [documents asked for, labels]; NaN where nothing is suggested. */
  readonly probabilities: Float32Array;
  /** [labels] */
  readonly thresholds: Float64Array;
  /** Probabilities of a sample of all documents, evenly spread and always the same: [sample, labels]. */
  readonly sample: Float32Array;
}

export interface HeadLearner {
  /**
   * known: [labels]; fusion: where a run suggests; targets: absent, the best F1 of each label. With a part heads, thresholds
   * and what is expected are of its labels alone. The search begins where the last one ended, which changes how long it
   * takes.
   */
  learn(
    known: readonly LabelAnswers[],
    fusion?: RunFusion | null,
    targets?: Targets,
    part?: LearnPart,
  ): Learnt;
  /** readings: where a run suggests. before: all heads of a moment ago, from where the search begins. */
  crossFit(
    known: readonly LabelAnswers[],
    readings?: RunReadings | null,
    targets?: Targets,
    before?: Heads,
  ): CrossFitted;
  /**
   * What `documents`, rows of the tables, would be given had only `known` been decided; heads alone, whether a run suggests or
   * not. What is learnt otherwise does not depend on it.
   */
  taughtBy(known: readonly LabelAnswers[], documents: readonly number[], targets?: Targets): TaughtBy;
}

/** Documents that are brought from 8-bit numbers to floats at once. */
const BLOCK = 512;
/** Where suggestions are worth making before the first decision, which calibrates them (see `fuse`). */
const UNTAUGHT_THRESHOLD = 0.5;
/** Documents that stand for all where all would take long: for thresholds of a fold, for what documents of a label are like. */
const SAMPLE = 2000;

/**
 * Fits heads to a project's tables. Labels without a suggestion for a document get none by its embedding either: what
 * was never read is not suggested. Where a run suggests, its log-odds and those of the heads are fused; a document that
 * one of them does not know has the other's. Deterministic: the same tables and answers give the same probabilities
 * within 1e-4.
 */
export function createHeadLearner(tables: HeadTables): HeadLearner {
  const { labels, documents, embeddings, trained } = tables;
  let space: EmbeddingSpace | undefined;
  let sample: Chosen | undefined;
  let prototypes: { readonly found: readonly Prototype[] | null } | undefined;
  let before: Heads | undefined;

  const sampleOfAll = (): Chosen => {
    sample ??= sampleOf(documents);
    return sample;
  };
  const spaceOfAll = (): EmbeddingSpace => {
    space ??= embeddingSpace(
      { [Symbol.iterator]: () => blocksOf(embeddings, { documents, size: BLOCK }) },
      embeddings?.dimensions ?? 1,
    );
    return space;
  };
  const prototypesOfAll = (): readonly Prototype[] | null => {
    prototypes ??= {
      found: embeddings && labelPrototypes(evidenceOf(tables, sampleOfAll()), spaceOfAll()),
    };
    return prototypes.found;
  };
  const fit = (known: readonly LabelAnswers[], start: Heads | undefined, part?: LabelRange): Heads => {
    const decided = decidedIn(known);
    const place = new Map(decided.map((document, i) => [document, i]));
    const evidence = evidenceOf(tables, { length: decided.length, at: (i) => decided[i]! });
    const answers = known.map((own) => ({
      ...own,
      documents: own.documents.map((document) => mustGet(place, document, 'place of document')),
    }));
    const population = () => evidenceOf(tables, sampleOfAll());
    return fitHeads(evidence, answers, {
      ...{ before: start, space: spaceOfAll(), prototypes: prototypesOfAll(), population, part },
    });
  };
  /** Log-odds by heads of the labels from `firstLabel` on, [chosen, heads]; NaN where the zero-shot suggestion is not known. */
  const judge = (heads: Heads, chosen: Chosen, firstLabel = 0): Float32Array => {
    const width = heads.labels.length;
    const found = new Float32Array(chosen.length * width);
    for (let from = 0; from < chosen.length; from += BLOCK) {
      const length = Math.min(BLOCK, chosen.length - from);
      const block = evidenceOf(tables, { length, at: (i) => chosen.at(from + i) });
      const odds = headOdds(block, heads, { firstLabel });
      for (let row = 0; row < length; row++) {
        for (let i = 0; i < width; i++) {
          const isSuggested = !Number.isNaN(block.suggested[row * labels + firstLabel + i]);
          found[(from + row) * width + i] = isSuggested ? odds[row * width + i]! : Number.NaN;
        }
      }
    }
    return found;
  };
  /** `odds` by heads, fused with the run's where there are any, as probabilities. */
  const fused = (odds: Float32Array, run: Float32Array | null, fusion: RunFusion | null): Float32Array =>
    odds.map((h, i) => logistic(fusion === null ? h : fusedOdds(fusion, h, run?.[i] ?? Number.NaN)));
  // From the first decision on: its probabilities are calibrated, and 0.5 suggests too little (bench/learn/heads.ts).
  const thresholdOf = (column: Float64Array, target: Target | null | undefined): number =>
    target ? targetThreshold(column, target) : suggestionThreshold(column);
  const thresholdsBy = (probabilities: Float32Array, targets: Targets | undefined): Float64Array =>
    Float64Array.from({ length: labels }, (_, label) =>
      thresholdOf(columnOf(probabilities, label, labels), targets?.[label]),
    );
  return {
    learn(known, fusion = null, targets, part) {
      const { from, to } = part ?? { from: 0, to: labels };
      const isSame = before?.labels.length === to - from;
      const heads = fit(known, isSame ? before : undefined, { from, to });
      before = heads;
      const odds = judge(heads, { length: documents, at: (i) => i }, from);
      const probabilities = part?.probabilities ?? new Float32Array(documents * labels);
      for (let document = 0, cell = 0; document < documents; document++) {
        for (let at = document * labels + from; at < document * labels + to; at++, cell++) {
          const h = odds[cell]!;
          probabilities[at] = logistic(
            fusion === null ? h : fusedOdds(fusion, h, trained?.[at] ?? Number.NaN),
          );
        }
      }
      const isTaught = known.some((own) => own.documents.length > 0);
      const thresholds = new Float64Array(to - from);
      const expected = Array.from(thresholds, (_, i) => {
        const target = targets?.[from + i];
        const column = columnOf(probabilities, from + i, labels);
        thresholds[i] = isTaught ? thresholdOf(column, target) : UNTAUGHT_THRESHOLD;
        const now = expectedAt(column, thresholds[i]);
        return { now, best: target ? expectedAt(column, suggestionThreshold(column)) : now };
      });
      return { heads, probabilities, thresholds, expected };
    },
    crossFit(known, readings = null, targets, start = before) {
      const all = decidedIn(known);
      const read = new Map(readings?.documents.map((document, i) => [document, i]));
      const decided = readings ? all.filter((document) => read.has(document)) : all;
      const sample = sampleOfAll();
      const folds = randomFolds(decided).map(({ own }) => {
        const heads = fit(without(known, new Set(own)), start);
        return { own, odds: judge(heads, chosenOf(own)), ofSample: judge(heads, sample) };
      });
      const odds = new Float32Array(decided.length * labels);
      const place = new Map(decided.map((document, i) => [document, i]));
      for (const fold of folds) {
        for (const [i, document] of fold.own.entries())
          odds.set(
            fold.odds.subarray(i * labels, (i + 1) * labels),
            mustGet(place, document, 'place of document') * labels,
          );
      }
      const run =
        readings &&
        rowsOf(
          readings.odds,
          chosenOf(decided.map((document) => mustGet(read, document, 'reading of document'))),
          labels,
        );
      const fusionWithout = (out: ReadonlySet<number>): RunFusion | null =>
        run && fitRunFusion(cellsOf({ known, decided, odds, run, labels, out }));
      const sampleRun = trained && rowsOf(trained, sample, labels);
      const probabilities = new Float32Array(decided.length * labels);
      const thresholds = new Float64Array(decided.length * labels);
      for (const { own, ofSample } of folds) {
        const fusion = fusionWithout(new Set(own));
        const chosen = thresholdsBy(fused(ofSample, sampleRun, fusion), targets);
        for (const document of own) {
          const at = mustGet(place, document, 'place of document') * labels;
          const row = (table: Float32Array) => table.subarray(at, at + labels);
          probabilities.set(fused(row(odds), run && row(run), fusion), at);
          thresholds.set(chosen, at);
        }
      }
      const fusion = fusionWithout(new Set());
      return { documents: Uint32Array.from(decided), probabilities, thresholds, fusion };
    },
    taughtBy(known, asked, targets) {
      const heads = fit(known, before);
      const sample = judge(heads, sampleOfAll()).map(logistic);
      const probabilities = judge(heads, chosenOf(asked)).map(logistic);
      return { probabilities, thresholds: thresholdsBy(sample, targets), sample };
    },
  };
}

/**
 * Documents that stand for all, in order: drawn, for what comes in turns in a file (questions and answers, two languages)
 * would otherwise be in it or not. One more document takes the place of at most one.
 */
function sampleOf(documents: number): Chosen {
  const { add, drawn } = createDraw<number>(SAMPLE);
  for (let document = 0; document < documents; document++) add(document);
  return chosenOf([...drawn].sort((a, b) => a - b));
}

/** Parts of the documents, drawn at random, the same each time; of few each is a part. */
const randomFolds = (documents: readonly number[]) =>
  foldsOf(createRandom(1).fork('folds').shuffle(documents), documents.length <= 400 ? 10 : 5);

/** The decided cells of documents, but those `out` and one-sided ones, where both heads and run are known. */
function cellsOf({
  known,
  decided,
  odds,
  run,
  labels,
  out,
}: {
  readonly known: readonly LabelAnswers[];
  readonly decided: readonly number[];
  readonly odds: Float32Array;
  readonly run: Float32Array;
  readonly labels: number;
  readonly out: ReadonlySet<number>;
}) {
  const place = new Map(decided.map((document, i) => [document, i]));
  const cells = { head: [] as number[], run: [] as number[], answers: [] as number[] };
  for (const [label, own] of known.entries()) {
    const { documents, answers } = own;
    for (const [i, document] of documents.entries()) {
      const row = place.get(document);
      if (row === undefined || out.has(document) || isOneSided(own, i)) continue;
      const h = odds[row * labels + label]!;
      const r = run[row * labels + label]!;
      if (Number.isNaN(h) || Number.isNaN(r)) continue;
      cells.head.push(h);
      cells.run.push(r);
      cells.answers.push(answers[i]!);
    }
  }
  return cells;
}

/** Documents of which anything is decided, ascending. */
const decidedIn = (known: readonly LabelAnswers[]): number[] =>
  [...new Set(known.flatMap(({ documents }) => [...documents]))].sort((a, b) => a - b);

const chosenOf = (documents: readonly number[]): Chosen => ({
  length: documents.length,
  at: (i) => documents[i]!,
});

const without = (known: readonly LabelAnswers[], out: ReadonlySet<number>): LabelAnswers[] =>
  known.map((own) => answersWhere(own, (place) => !out.has(own.documents[place]!)));

/** The values of one label that are numbers. */
function columnOf(table: Float32Array, label: number, labels: number): Float64Array {
  const found = new Float64Array(table.length / labels);
  let length = 0;
  for (let at = label; at < table.length; at += labels) {
    if (!Number.isNaN(table[at])) found[length++] = table[at]!;
  }
  return found.subarray(0, length);
}

/** The rows of some documents of a table of [documents, labels]. */
function rowsOf(table: Float32Array, chosen: Chosen, labels: number): Float32Array {
  const rows = new Float32Array(chosen.length * labels);
  for (let i = 0; i < chosen.length; i++) {
    const at = chosen.at(i) * labels;
    rows.set(table.subarray(at, at + labels), i * labels);
  }
  return rows;
}

/** The evidence of some documents, its embeddings as floats. */
function evidenceOf({ labels, suggested, entailed, embeddings }: HeadTables, chosen: Chosen): HeadEvidence {
  const dimensions = embeddings?.dimensions ?? 1;
  return {
    labels,
    dimensions,
    suggested: rowsOf(suggested, chosen, labels),
    entailed: rowsOf(entailed, chosen, labels),
    embeddings: floatsOf(embeddings, chosen),
  };
}
