import { renameSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadNliModel, scoreTexts } from '../engine/index.ts';
import { createProgress } from './progress.ts';
import { type Label, readLabels, readRows } from './readInput.ts';

/** `entail predict --model DIR --labels labels.json FILE --out FILE`: labels a JSONL file. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('label the documents of a JSONL file ({"id", "text"} per line)')
    .argument('<file>', 'documents')
    .requiredOption(
      '--model <dir>',
      'model folder: onnx/model.onnx or model.onnx, config.json, tokenizer.json',
    )
    .requiredOption('--labels <file>', 'labels.json: ["name", …] or [{"name", "hypothesis"}, …]')
    .requiredOption('--out <file>', 'where to write the labelled rows (JSONL)')
    .option('--json', 'print a summary as JSON')
    .action(predict);
}

async function predict(
  file: string,
  options: { model: string; labels: string; out: string; json?: boolean },
): Promise<void> {
  const labels = readLabels(options.labels);
  const rows = await readRows(file);
  const model = await loadNliModel(options.model);
  const progress = createProgress('Suggesting labels');
  const started = performance.now();
  const scores = await scoreTexts(model, {
    texts: rows.map((row) => row.text),
    hypotheses: labels.map((label) => label.hypothesis),
    onProgress: progress.update,
  });
  progress.stop();
  const lines = rows.map((row, i) =>
    JSON.stringify({ ...row, ...labelled(labels, scores[i]!.probabilities) }),
  );
  const temporary = `${options.out}.partial`;
  writeFileSync(temporary, `${lines.join('\n')}\n`);
  renameSync(temporary, options.out);
  const seconds = (performance.now() - started) / 1000;
  const summary = { documents: rows.length, labels: labels.length, seconds, out: options.out };
  const text = `${rows.length} documents, ${labels.length} labels, ${seconds.toFixed(1)} s: ${options.out}`;
  process.stdout.write(`${options.json ? JSON.stringify(summary) : text}\n`);
}

const THRESHOLD = 0.5;

function labelled(labels: readonly Label[], probabilities: Float32Array) {
  const entries = labels.map(({ name }, i) => [name, probabilities[i]!] as const);
  return {
    scores: Object.fromEntries(entries),
    labels: entries.filter(([, probability]) => probability >= THRESHOLD).map(([name]) => name),
  };
}
