import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fusionFor } from '../../backend/suggesting/fusing.ts';
import { createEngine, readConstants } from '../../engine/index.ts';
import { predictedByFolder } from '../export/learnt.ts';
import { javascriptScores, pythonScores } from '../export/snippets.ts';
import { type Case, exportedFor, programScores, speedBeside, textsFor } from './cases.ts';
import { LOADERS, MODELS, NAMED_TOKENS, withFamily } from './families.ts';
import { RAY, runJob, SPARK } from './jobs.ts';
import { json, missingFor, type Python, pythonWith } from './python.ts';

/**
 * The jobs that an exported folder brings, in Python: their probabilities must be the program's within 1e-3 in float32;
 * killed and started again, no row is missing or there twice, and every column is as it was.
 *
 *   ENTAIL_PYTHON=one:another npm run test:interop [-- PART_OF_A_NAME]
 *
 * ENTAIL_PYTHON names Pythons with tests/interop/requirements.txt and requirements-optimum.txt; what they lack is skipped
 * by name. Models of every family are loaded by what others load them with, too: families.ts. ENTAIL_EXPORT_MODEL
 * names a model folder, else a very small model is exported; ENTAIL_INTEROP_TEXTS how many texts the jobs label.
 */
const TEXTS = Number(process.env.ENTAIL_INTEROP_TEXTS ?? 100_000);
const SAMPLE = Math.min(1000, TEXTS);
const TOLERANCE = 1e-3;
const SCORING = ['onnxruntime', 'tokenizers', 'pyarrow'];
/** Only what has this in its name. */
const ONLY = process.argv[2] ?? '';

const work = mkdtempSync(join(tmpdir(), 'entail-interop-'));
const results = { passed: 0, failed: 0, skipped: [] as string[] };

function check(what: string, ok: boolean): void {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`);
  if (ok) results.passed += 1;
  else results.failed += 1;
}

async function attempt(what: string, needs: readonly string[], work: (python: Python) => Promise<string>) {
  if (!what.includes(ONLY)) return;
  const python = pythonWith(needs);
  if (!python) {
    console.log(`skip ${what}: there is no ${missingFor(needs)}`);
    results.skipped.push(what);
    return;
  }
  await checked(what, () => work(python));
}

async function checked(what: string, work: () => Promise<string>): Promise<void> {
  if (!what.includes(ONLY)) return;
  try {
    console.log(`     ${await work()}`);
    check(what, true);
  } catch (error) {
    console.log(`     ${error instanceof Error ? error.message : String(error)}`);
    check(what, false);
  }
}

function withinTolerance(largest: number, what: string): string {
  if (!(largest <= TOLERANCE)) throw new Error(`${what}: a probability is ${largest} off`);
  return `${what}: largest difference ${largest.toExponential(1)}`;
}

const largestOf = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number =>
  Math.max(...a.flatMap((row, i) => row.map((p, j) => Math.abs(p - b[i]![j]!))));

async function sampleAlone(python: Python, { dir, texts }: Case, own: readonly (readonly number[])[]) {
  const path = join(work, 'sample.json');
  writeFileSync(path, JSON.stringify(texts));
  const { scores } = json<{ scores: number[][] }>(await python.run(['rows.py', 'score', dir, path]));
  return withinTolerance(largestOf(own, scores), `${texts.length} texts`);
}

/** A model of others' as others load what is exported of it. */
async function family(dir: string): Promise<void> {
  const name = `${basename(dirname(dir))}/${basename(dir)}`;
  const inNode = `${name} in transformers.js`;
  const inPython = LOADERS.map((loader) => ({ loader, what: `${name} in ${loader.name}` }));
  if (![inNode, ...inPython.map(({ what }) => what)].some((what) => what.includes(ONLY))) return;
  try {
    await withFamily({ engine, dir, work }, async ({ dir: exported, texts, scores, scoresOf, without }) => {
      const within = (found: readonly (readonly number[])[]) =>
        withinTolerance(largestOf(scores, found), `${texts.length} texts`);
      for (const { loader, what } of inPython) {
        if (loader.pytorch && without !== null)
          console.log(`     ${what}: no weights for it, for ${without}`);
        else
          await attempt(what, loader.needs, async (python) =>
            within(await loader.scores(python, exported, texts)),
          );
      }
      const named = NAMED_TOKENS[name];
      await checked(inNode, async () => {
        if (!named) return within(await javascriptScores(exported, texts));
        const plain = texts.map((text) => text.replace(named, ''));
        const off = largestOf(await scoresOf(plain), await javascriptScores(exported, plain));
        return `without words that name a token: ${withinTolerance(off, `${plain.length} texts`)}`;
      });
    });
  } catch (error) {
    console.log(`     ${error instanceof Error ? error.message : String(error)}`);
    check(`${name} exported`, false);
  }
}

const engine = createEngine();
try {
  const exported = await exportedFor(join(work, 'model'));
  const all = textsFor(exported, TEXTS);
  const sample = [...all.keys()].filter((i) => all[i] !== null).slice(0, SAMPLE);
  const texts = sample.map((i) => all[i]!);
  const plain: Case = { ...exported, texts };
  const own = await programScores(engine, plain, undefined);
  const ofBoth = await predictedByFolder(engine, exported.learnt, texts);
  const both = readConstants(exported.learnt)!.labels;
  writeFileSync(join(work, 'texts.json'), JSON.stringify(all));
  writeFileSync(
    join(work, 'expected.json'),
    JSON.stringify({
      labels: both.map(({ name }) => name),
      thresholds: both.map(({ threshold }) => threshold),
      rows: sample.map((id, i) => ({ id, scores: ofBoth[i] })),
    }),
  );

  await attempt('entail_scoring.py', SCORING, (python) => sampleAlone(python, plain, own));
  await attempt('entail_scoring.py, combined reading', SCORING, async (python) => {
    const combined: Case = { ...plain, dir: exported.combined };
    const fusion = fusionFor(combined.dir, 'combined');
    return sampleAlone(python, combined, await programScores(engine, combined, fusion));
  });
  await attempt('entail_scoring.py, with what decisions taught', SCORING, (python) =>
    sampleAlone(python, { ...plain, dir: exported.learnt }, ofBoth),
  );
  const byCard = async (python: Python) => {
    const some = texts.filter((text, i) => i < 40 || text.length > 2000).slice(0, 60);
    const scores = await pythonScores(python.path, exported.dir, some);
    const wanted = await programScores(engine, { ...plain, texts: some }, undefined);
    return withinTolerance(largestOf(wanted, scores), `${some.length} texts`);
  };
  // The very small model's names are nobody's in PyTorch; those of the families below are.
  if (exported.without !== null)
    console.log(`     the card's Python: no weights for it, for ${exported.without}`);
  else await attempt("the card's Python", ['torch', 'transformers'], byCard);
  await attempt('speed on one core beside the program', SCORING, (python) =>
    speedBeside(python, plain, work),
  );
  for (const engineOfData of [SPARK, RAY]) {
    await attempt(
      `${engineOfData.name}, killed and started again`,
      [...SCORING, ...engineOfData.needs],
      async (python) => {
        const outcome = await runJob(engineOfData, { python, work, dir: exported.learnt });
        const found = withinTolerance(outcome.largest, `${outcome.rows} rows, ${outcome.sample} compared`);
        return `${found}; killed after ${outcome.before} of ${outcome.parts} parts`;
      },
    );
  }
  for (const dir of MODELS) await family(dir);
} finally {
  await engine.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(
  `${results.passed} passed, ${results.failed} failed${results.skipped.length > 0 ? `, skipped: ${results.skipped.join('; ')}` : ''}`,
);
process.exitCode = results.failed === 0 ? 0 : 1;
