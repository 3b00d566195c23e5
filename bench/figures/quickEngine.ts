import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  createEngine,
  type Engine,
  type Evaluation,
  evaluate,
  logistic,
  type TrainAnswer,
} from '../../engine/index.ts';
import type { DataSet } from './dataSet.ts';
import type { Gate } from './gate.ts';

/**
 * The embedded model's own answers, each asked for once and kept in a file, and instead of its training, which takes
 * minutes, that of a small learner on top: a label's log-odds are those of the model, scaled, plus a linear function of
 * the text's embedding. It overfits and stops early as the real one does. For thousands of rounds, not for the proof.
 */
export function createQuickEngine(cache: Map<string, number[]>, gate?: Gate): Engine {
  const real = createEngine();
  const key = (kind: string, ...texts: string[]) =>
    `${kind}${createHash('sha1').update(texts.join('\u0000')).digest('base64').slice(0, 16)}`;

  async function embed(dir: string, texts: readonly string[]): Promise<Float32Array[]> {
    const missing = [...new Set(texts)].filter((text) => !cache.has(key('e', text)));
    if (missing.length > 0) {
      const vectors = await real.embed({ dir }, missing);
      for (const [i, text] of missing.entries()) cache.set(key('e', text), [...vectors[i]!].map(rounded));
    }
    return texts.map((text) => Float32Array.from(cache.get(key('e', text))!));
  }

  async function odds(
    dir: string,
    texts: readonly string[],
    hypotheses: readonly string[],
  ): Promise<Float32Array[]> {
    const missing = texts.filter((text) => hypotheses.some((h) => !cache.has(key('o', text, h))));
    if (missing.length > 0) {
      const scorer = await real.openScorer({ dir, device: 'cpu', precision: 'auto' });
      const rows = await scorer.score(missing, hypotheses);
      await scorer.close();
      for (const [i, { odds: own }] of rows.entries()) {
        for (const [j, h] of hypotheses.entries()) cache.set(key('o', missing[i]!, h), [rounded(own[j]!)]);
      }
    }
    return texts.map((text) => Float32Array.from(hypotheses, (h) => cache.get(key('o', text, h))![0]!));
  }

  /** hypothesis → scale, bias, weights of the embedding. */
  type Head = Map<string, Float64Array>;
  const logitOf = (head: Float64Array, own: number, vector: Float32Array) => {
    let sum = head[0]! * own + head[1]!;
    for (let i = 0; i < vector.length; i++) sum += head[i + 2]! * vector[i]!;
    return sum;
  };

  return {
    describe: (model) => real.describe(model),
    classExamples: (dir) => real.classExamples(dir),
    exportModel: (request, signal) => real.exportModel(request, signal),
    explain: (...request) => real.explain(...request),
    devices: {
      choose: async () => ({ device: 'cpu', why: '' }),
      describe: () => real.devices.describe(),
    },
    pid: undefined,
    close: () => real.close(),
    tune: (request, listener) => real.tune(request, listener),
    liken: (request, signal) => real.liken(request, signal),
    embed: (source, texts, signal) =>
      source.trained ? real.embed(source, texts, signal) : embed(source.dir, texts),
    async openScorer({ dir, trained }) {
      const head: Head | undefined =
        trained &&
        new Map(
          (JSON.parse(Buffer.from(trained).toString('utf8')) as [string, number[]][]).map(([h, w]) => [
            h,
            Float64Array.from(w),
          ]),
        );
      return {
        async score(texts, hypotheses, { signal } = {}) {
          await gate?.pass(texts.length * hypotheses.length, signal);
          const rows = await odds(dir, texts, hypotheses);
          const vectors = head && (await embed(dir, texts));
          return rows.map((row, i) => {
            const own = head
              ? row.map((value, j) => logitOf(head.get(hypotheses[j]!)!, value, vectors![i]!))
              : row;
            return { odds: own, probabilities: own.map(logistic), passages: hypotheses.map(() => null) };
          });
        },
        close: async () => undefined,
      };
    },
    async train({ model: { dir }, examples, options, heldOut }): Promise<TrainAnswer> {
      const texts = [...new Set(examples.map(({ premise }) => premise))];
      const hypotheses = [
        ...new Set([...examples.map(({ hypothesis }) => hypothesis), ...(heldOut?.hypotheses.flat() ?? [])]),
      ];
      const vectors = new Map((await embed(dir, texts)).map((vector, i) => [texts[i]!, vector]));
      const own = new Map((await odds(dir, texts, hypotheses)).map((row, i) => [texts[i]!, row]));
      const place = new Map(hypotheses.map((h, i) => [h, i]));
      const head: Head = new Map(
        hypotheses.map((h) => [h, Float64Array.from({ length: 386 }, (_, i) => (i === 0 ? 1 : 0))]),
      );
      const judgedVectors = heldOut && (await embed(dir, heldOut.texts));
      const judgedOdds = heldOut && (await odds(dir, heldOut.texts, hypotheses));
      const heldOutScores: Float32Array[][] = [];
      const evaluations: Evaluation[] = [];
      const kept: [string, number[]][][] = [];
      for (let epoch = 1; epoch <= options.epochs; epoch++) {
        for (let pass = 0; pass < 4; pass++) {
          for (const { premise, hypothesis, target } of examples) {
            const weights = head.get(hypothesis)!;
            const vector = vectors.get(premise)!;
            const odds = own.get(premise)![place.get(hypothesis)!]!;
            const step = 0.5 * ((target === 'entailment' ? 1 : 0) - logistic(logitOf(weights, odds, vector)));
            weights[0]! += 0.01 * step * odds;
            weights[1]! += 0.5 * step;
            for (let i = 0; i < vector.length; i++) weights[i + 2]! += 3 * step * vector[i]!;
          }
        }
        kept.push([...head].map(([h, w]) => [h, [...w]]));
        if (!heldOut) continue;
        const scores = heldOut.texts.map((_, d) =>
          Float32Array.from(heldOut.hypotheses, ([h]) =>
            logistic(logitOf(head.get(h!)!, judgedOdds![d]![place.get(h!)!]!, judgedVectors![d]!)),
          ),
        );
        heldOutScores.push(scores);
        const { labelNames, gold, decided } = heldOut;
        const { macro } = evaluate({
          labelNames,
          gold,
          decided,
          scores,
          thresholds: labelNames.map(() => 0.5),
        });
        evaluations.push({ epoch, step: epoch, macroF1: macro.f1 });
      }
      let best = heldOut ? 0 : kept.length - 1;
      evaluations.forEach(({ macroF1 }, i) => {
        if (macroF1 > evaluations[best]!.macroF1) best = i;
      });
      return {
        steps: kept.length,
        losses: [],
        seconds: 1,
        examplesPerSecond: 1,
        optimizerShare: 0,
        peakBytes: 0,
        device: 'cpu',
        precision: 'fp32',
        evaluations,
        bestEpoch: heldOut ? best + 1 : null,
        trained: Buffer.from(JSON.stringify(kept[best])),
        heldOutScores,
        outside: null,
      };
    },
  };
}

const DIR = 'resources/models/entail-minilm-l6';

/** Asks for all that rounds on these documents may want. false: it was there. */
export async function fillCache(
  engine: Engine,
  cache: ReadonlyMap<string, number[]>,
  { pool, unseen, labels }: DataSet,
): Promise<boolean> {
  const known = cache.size;
  const texts = [...pool, ...unseen].map(({ text }) => text);
  const sentences = labels.flatMap(({ hypotheses }) => hypotheses);
  const scorer = await engine.openScorer({ dir: DIR, device: 'cpu', precision: 'auto' });
  await scorer.score(texts, sentences);
  await scorer.close();
  await engine.embed({ dir: DIR }, [...texts, ...sentences]);
  return cache.size > known;
}

export const readCache = (file: string): Map<string, number[]> =>
  new Map(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, number[]][]) : []);

export const writeCache = (file: string, cache: ReadonlyMap<string, number[]>): void =>
  writeFileSync(file, JSON.stringify([...cache]));

const rounded = (value: number) => Number(value.toPrecision(5));
