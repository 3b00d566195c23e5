import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canBeJudged } from '../../engine/index.ts';
import { readDataSet } from './dataSet.ts';
import { createQuickEngine, readCache, writeCache } from './quickEngine.ts';
import { createGate, macroOf, PACES, playRound } from './round.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/text' },
    sets: { type: 'string', default: 'mix_snips' },
    cache: { type: 'string', default: '/tmp/figures-cache' },
    queues: { type: 'string', default: 'mix,order,random' },
    paces: { type: 'string', default: PACES.join() },
    sizes: { type: 'string', default: '40,70,150' },
    seeds: { type: 'string', default: '1,2,3' },
    trains: { type: 'string', default: 'no,yes' },
    pool: { type: 'string', default: '500' },
    out: { type: 'string', default: '/tmp/figures.jsonl' },
  },
});
mkdirSync(options.cache, { recursive: true });
for (const name of options.sets.split(',')) {
  const file = join(options.cache, `${name}.json`);
  const cache = readCache(file);
  const known = cache.size;
  const free = createQuickEngine(cache);
  for (const seed of options.seeds.split(',').map(Number)) {
    const pool = Number(options.pool);
    const data = await readDataSet(options.data, name, { pool, unseen: 500, of: pool + 500, seed });
    if (seed === Number(options.seeds.split(',')[0])) {
      // Everything is asked for once.
      const dir = 'resources/models/entail-minilm-l6';
      const texts = [...data.pool, ...data.unseen].map(({ text }) => text);
      const scorer = await free.openScorer({ dir, device: 'cpu', precision: 'auto' });
      await scorer.score(
        texts,
        data.labels.flatMap(({ hypotheses }) => hypotheses),
      );
      await free.embed({ dir }, [...texts, ...data.labels.flatMap(({ hypotheses }) => hypotheses)]);
      if (cache.size > known) writeCache(file, cache);
      console.log(new Date().toISOString(), name, 'cached');
    }
    for (const trains of options.trains.split(','))
      for (const queue of options.queues.split(','))
        for (const pace of options.paces.split(',') as (typeof PACES)[number][]) {
          const own = createGate();
          const engine = createQuickEngine(cache, own);
          const began = performance.now();
          const readings = await playRound(
            data,
            { queue, pace, sizes: options.sizes.split(',').map(Number), trains: trains === 'yes' },
            { engine, free, gate: own },
          );
          await engine.close();
          for (const { size, shown, truth, counts } of readings) {
            const judged = new Set(shown.labels.filter(({ figures }) => figures).map((l) => l.name));
            appendFileSync(
              options.out,
              `${JSON.stringify({
                set: name,
                seed,
                trains,
                queue,
                pace,
                size,
                on: shown.on,
                documents: shown.documents,
                since: shown.decidedSince,
                macro: shown.macro?.f1,
                low: shown.macro?.f1Interval.low,
                high: shown.macro?.f1Interval.high,
                left: shown.labelsLeftOut,
                all: macroOf(truth),
                same: macroOf(truth, judged),
                labels: shown.labels.map(({ name: label, support, decided, figures }, i) => {
                  const t = truth.labels.find((l) => l.name === label)!;
                  return {
                    ...counts[i],
                    support,
                    decided,
                    f1: figures?.f1,
                    low: figures?.intervals.f1.low,
                    high: figures?.intervals.f1.high,
                    true: t.f1,
                    positives: t.support,
                    ok: canBeJudged(t),
                  };
                }),
              })}\n`,
            );
          }
          console.log(
            name,
            seed,
            trains,
            queue,
            pace,
            Math.round(performance.now() - began),
            'ms',
            readings
              .map(
                ({ shown, truth }) =>
                  `${shown.macro?.f1.toFixed(2)} [${shown.macro?.f1Interval.low.toFixed(2)} ${shown.macro?.f1Interval.high.toFixed(2)}] ${macroOf(truth).toFixed(2)}`,
              )
              .join('; '),
          );
        }
  }
  await free.close();
}
process.exit(0);
