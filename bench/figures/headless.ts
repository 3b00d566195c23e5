import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataSet } from './dataSet.ts';
import { createGate } from './gate.ts';
import { PACES } from './paces.ts';
import { createQuickEngine, fillCache, readCache, writeCache } from './quickEngine.ts';
import { playRound } from './round.ts';

/**
 * Many rounds of an annotator with known answers without a page, with the model's answers from a cache and a small learner
 * in place of the training: how often does the interval of macro F1 hold what is true of 500 unseen documents? A line per
 * reading goes to `--out`; `npm run bench:figures-table` makes the table.
 *
 *   npm run bench:figures -- --data FOLDER [--sets a,b,c] [--seeds 1,2,3] [--queues mix] [--trains no,yes]
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/text' },
    sets: { type: 'string', default: 'tweet_sentiment,vaccine_concerns,privacy_policies' },
    cache: { type: 'string', default: 'bench/results/figures-cache' },
    queues: { type: 'string', default: 'mix' },
    paces: { type: 'string', default: PACES.join() },
    sizes: { type: 'string', default: '40,70,150' },
    seeds: { type: 'string', default: '1,2,3' },
    trains: { type: 'string', default: 'no,yes' },
    pool: { type: 'string', default: '500' },
    out: { type: 'string', default: 'bench/results/figures.jsonl' },
  },
});
const list = (value: string) => value.split(',');
mkdirSync(options.cache, { recursive: true });
mkdirSync(dirname(options.out), { recursive: true });
const pool = Number(options.pool);
const read = (name: string, seed: number) =>
  readDataSet(options.data, name, { pool, unseen: 500, of: pool + 500, seed });

for (const name of list(options.sets)) {
  const file = join(options.cache, `${name}.json`);
  const cache = readCache(file);
  const free = createQuickEngine(cache);
  if (await fillCache(free, cache, await read(name, 1))) writeCache(file, cache);
  const settings = list(options.seeds).flatMap((seed) =>
    list(options.trains).flatMap((trains) =>
      list(options.queues).flatMap((queue) =>
        PACES.filter((pace) => list(options.paces).includes(pace)).map((pace) => ({
          seed: Number(seed),
          trains: trains === 'yes',
          queue,
          pace,
          sizes: list(options.sizes).map(Number),
        })),
      ),
    ),
  );
  for (const setting of settings) {
    const gate = createGate();
    const engine = createQuickEngine(cache, gate);
    const rows = await playRound(await read(name, setting.seed), setting, { engine, free, gate });
    await engine.close();
    appendFileSync(options.out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const said = rows.map(
      ({ macro, low, high, all }) =>
        `${macro?.toFixed(2) ?? '–'} [${low?.toFixed(2)} ${high?.toFixed(2)}] ${all.toFixed(2)}`,
    );
    console.log(name, setting.seed, setting.trains, setting.queue, setting.pace, said.join('; '));
  }
  await free.close();
}
