import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { createEngine, type Engine } from '../../engine/index.ts';
import { serve } from '../../web/server.ts';
import { readDataSet } from './dataSet.ts';
import { createGate, slowed } from './gate.ts';
import { allowed, beginsWith, PACES, type Pace } from './paces.ts';
import { pageAnnotator } from './page.ts';
import { figuresProject } from './project.ts';
import { rowOf } from './row.ts';

/**
 * The proof of the figures: an annotator with known answers at the real page in Chromium, with the real model. Keys at
 * `--keys` a second, labels that are added and scored meanwhile, two trainings; what Evaluate shows is read from the page
 * and written to `--out` beside what is true of 500 documents that the project never sees.
 *
 *   npm run bench:figures-browser -- --data FOLDER [--sets a,b,c] [--paces scored,half,hardly] [--seeds 1] [--keys 3]
 *     [--sizes 40,80] [--epochs 3]
 *
 * ENTAIL_CHROMIUM names the browser.
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/text' },
    sets: { type: 'string', default: 'vaccine_concerns,privacy_policies,tweet_sentiment' },
    paces: { type: 'string', default: PACES.join() },
    seeds: { type: 'string', default: '1' },
    sizes: { type: 'string', default: '40,80' },
    keys: { type: 'string', default: '3' },
    pool: { type: 'string', default: '300' },
    epochs: { type: 'string' },
    out: { type: 'string', default: 'bench/results/figures-browser.jsonl' },
  },
});
mkdirSync(dirname(options.out), { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const engine = createEngine();
const sizes = options.sizes.split(',').map(Number);
for (const seed of options.seeds.split(',').map(Number))
  for (const set of options.sets.split(','))
    for (const pace of PACES.filter((one) => options.paces.split(',').includes(one)))
      await playRound(browser, engine, { set, pace, seed });
await browser.close();
await engine.close();

async function playRound(
  browser: Browser,
  free: Engine,
  { set, pace, seed }: { set: string; pace: Pace; seed: number },
): Promise<void> {
  const pool = Number(options.pool);
  const data = await readDataSet(options.data, set, { pool, unseen: 500, of: pool + 500, seed });
  const gate = createGate();
  const own = createEngine();
  const opened = await figuresProject(data, slowed(own, gate));
  const server = await serve(opened.backend.session);
  const last = sizes.at(-1)!;
  const perDocument = allowed(pace, { pairs: pool * data.labels.length, documents: last });
  let added = 0;
  const answers = new Map(data.pool.map(({ text, labels }) => [shownText(text), new Set(labels)]));
  const began = performance.now();
  gate.allow(pace === 'scored' ? 1e9 : 0);
  const person = await pageAnnotator(browser, server.url, 1000 / Number(options.keys));
  try {
    const addLabel = async () => {
      const { name, hypotheses } = data.labels[added++]!;
      await person.addLabel(name, hypotheses[0]!);
    };
    while (added < beginsWith(pace, data.labels.length)) await addLabel();
    if (pace === 'scored') await person.settled();
    let done = 0;
    let ran = 0;
    const read = async (trained: boolean) => {
      const shown = await person.figures();
      const evaluation = await opened.api.evaluation.get();
      const run = opened.project().stores.settings.get('activeRun');
      const row = rowOf({
        setting: { set, seed, pace, trained, size: done },
        evaluation,
        truth: await opened.truth(free),
        cells: await opened.cells(),
      });
      const facts = { shown, run, keys: person.keys, slips: opened.slips(), seconds: seconds(began) };
      appendFileSync(options.out, `${JSON.stringify({ ...row, ...facts })}\n`);
      console.log(
        set,
        seed,
        pace,
        done,
        trained ? 'trained' : 'before',
        JSON.stringify(facts),
        row.all.toFixed(3),
      );
    };
    for (const size of sizes) {
      await person.annotate();
      for (; done < size; done++) {
        await person.decide((text) => {
          const found = answers.get(shownText(text));
          if (!found) throw new Error(`Nobody knows the answers of: ${text.slice(0, 80)}`);
          return found;
        });
        if (done % 2 === 1 && added < data.labels.length) await addLabel();
        gate.allow(perDocument);
      }
      await person.saved();
      await read(false);
      await person.train(options.epochs);
      await until(
        () =>
          opened
            .project()
            .stores.runs.all()
            .filter(({ status }) => status !== 'running').length > ran,
      );
      ran += 1;
      await opened.workspace().training.settled();
      await read(true);
    }
  } finally {
    gate.allow(1e12);
    await person.close();
    await server.close();
    await opened.close();
    await own.close();
  }
}

/** As the page shows a text: white space is not told apart. */
function shownText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 200));
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}
