import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { huggingFaceWeights } from '../../engine/export/huggingFace.ts';
import { loadNliModel } from '../../engine/model/nliModel.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { createEngine } from '../../engine/process/client.ts';
import { writeSafetensors } from '../../engine/safetensors/write.ts';
import { kept } from './kept.ts';
import { annotated, togetherWith } from './learnerOfSet.ts';
import { FIGURES, type Measured, measure } from './measure.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence, sampleOfSet } from './readSets.ts';
import { trainedSet } from './runs.ts';
import { tunedBeside } from './tunedSet.ts';

/**
 * Beside SetFit (Tunstall et al. 2022): N random documents of each set are annotated, both learn from them, and what each
 * says is measured on the same documents of the test part; a Markdown table. SetFit starts from the encoder of --base,
 * with 20 iterations, one epoch and a logistic regression for each label.
 *
 *   ENTAIL_PYTHON=… node bench/learn/setfit.ts --base FOLDER [--data FOLDER] [--sets a,b] [--seeds 3]
 *     [--documents 50,200] [--timed] [--pool 600] [--test 400] [--characters 700] [--cache FOLDER]
 *
 * ENTAIL_PYTHON names a Python with bench/python/requirements-setfit.txt installed; minutes for each set, seed and number.
 * What both give is kept in --cache, but for --timed, which learns anew and says how many seconds each took: a training
 * with all that follows it until suggestions are there (the program), training alone (SetFit).
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    base: { type: 'string' },
    // Few balanced labels, many, and rare ones; all of them sets that nothing was chosen on.
    sets: {
      type: 'string',
      default:
        'bbc_news,tweet_sentiment,twenty_newsgroups,privacy_policies,vaccine_concerns,ethos_hate_speech',
    },
    seeds: { type: 'string', default: '3' },
    documents: { type: 'string', default: '50,200' },
    iterations: { type: 'string', default: '20' },
    timed: { type: 'boolean', default: false },
  },
});
const python = process.env.ENTAIL_PYTHON;
if (!python) throw new Error('Name a Python with bench/python/requirements-setfit.txt in ENTAIL_PYTHON.');
if (!options.base) throw new Error('Name the folder of the encoder that SetFit starts from with --base.');

const Answer = z.object({ seconds: z.number(), probabilities: z.array(z.array(z.number())) });
type Answer = z.infer<typeof Answer>;

const base = basename(resolve(options.base));
/** Tokens that all-MiniLM-L6-v2 reads. */
const MAX_LENGTH = 256;
const WHO = ['zero-shot', 'SetFit', 'Entail'] as const;
type Row = Measured & { set: string; documents: number; who: (typeof WHO)[number]; seconds: number | null };

const fresh = mkdtempSync(join(tmpdir(), 'entail-setfit-'));
const request = readRequestOf(options);
/** Where what is learnt is kept: nowhere when times are asked for. */
const learning = options.timed ? { ...request, cache: fresh } : request;
const rows: Row[] = [];
const engine = createEngine();
try {
  const encoder = await encoderFolder(options.base);
  for (const name of options.sets.split(',')) {
    const set = await readSet(name, request);
    const half = new Array<number>(set.labels).fill(0.5);
    for (const documents of options.documents.split(',').map(Number)) {
      for (let seed = 1; seed <= Number(options.seeds); seed++) {
        const known = annotated(set, { documents, seed });
        const add = (who: Row['who'], figures: Measured, seconds: number | null) =>
          rows.push({ set: name, documents, who, seconds, ...figures });
        add('zero-shot', measure(set, set.combined, half), null);
        const { seconds, probabilities } = await setFit(encoder, set, { known, seed });
        const odds = Float32Array.from(probabilities.flat(), logOdds);
        // It decides at a half; the other figure is at thresholds found as the program finds its own.
        add('SetFit', measure(set, odds, 'expected'), options.timed ? seconds : null);
        const started = performance.now();
        const ours = await program(set, { known, seed });
        const took = (performance.now() - started) / 1000;
        add('Entail', measure(set, ours, 'program'), options.timed ? took : null);
        process.stderr.write(`${name}, ${documents} documents, seed ${seed}: measured\n`);
      }
    }
  }
} finally {
  await engine.close();
  rmSync(fresh, { recursive: true, force: true });
}
process.stdout.write(tableOf(rows));

interface Known {
  readonly known: readonly number[];
  readonly seed: number;
}

/** Log-odds of all documents by what the program suggests after a training. */
async function program(set: SetEvidence, { known, seed }: Known): Promise<Float32Array> {
  const run = await trainedSet(engine, { ...learning, set: set.name, known, seed });
  const tuned = await tunedBeside(run, learning, set, { known, seed });
  return togetherWith(run, tuned, known);
}

/** Probabilities of all documents of the set. */
function setFit(folder: string, set: SetEvidence, { known, seed }: Known): Promise<Answer> {
  const { pool, test, characters, cache } = learning;
  const { iterations } = options;
  const file = `${set.name}-${pool}-${test}-${characters}-setfit-${base}-${iterations}-${known.length}-${seed}.bin`;
  return kept(join(cache, file), Answer, async () => {
    const { rows: documents } = await sampleOfSet(set.name, learning);
    writeFileSync(
      join(folder, 'request.json'),
      JSON.stringify({
        texts: known.map((row) => documents[row]!.text),
        gold: known.map((row) => [...set.gold.subarray(row * set.labels, (row + 1) * set.labels)]),
        unseen: documents.map(({ text }) => text),
        iterations: Number(iterations),
        maxLength: MAX_LENGTH,
        seed,
      }),
    );
    const script = join(import.meta.dirname, '../python/setfit_beside.py');
    const { status } = spawnSync(python!, [script, folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
    });
    if (status !== 0) throw new Error('The Python side failed; see its message above.');
    return Answer.parse(JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8')));
  });
}

/** The encoder as transformers reads it, for SetFit. */
async function encoderFolder(base: string): Promise<string> {
  const { prepared } = await loadNliModel(base);
  const { tensors } = huggingFaceWeights(prepared.model, prepared.linears);
  writeFileSync(join(fresh, 'model.safetensors'), writeSafetensors([...tensors]));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    copyFileSync(join(base, file), join(fresh, file));
  return fresh;
}

function tableOf(of: readonly Row[]): string {
  const lines = [
    '| set | documents | | macro F1, own thresholds | macro F1 at 0.5 | mean average precision | calibration error | seconds |',
    '| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |',
  ];
  const sets = [...new Set(of.map(({ set }) => set))];
  for (const set of [...sets, null])
    for (const documents of new Set(of.map((row) => row.documents)))
      for (const who of WHO) {
        const own = of.filter(
          (row) => (set === null || row.set === set) && row.documents === documents && row.who === who,
        );
        const figures = FIGURES.map((figure) => mean(own.map((row) => row[figure])).toFixed(3));
        const seconds = own.flatMap((row) => row.seconds ?? []);
        const took = seconds.length === 0 ? '' : mean(seconds).toFixed(0);
        lines.push(`| ${[set ?? 'all', documents, who, ...figures, took].join(' | ')} |`);
      }
  return `${lines.join('\n')}\n`;
}
