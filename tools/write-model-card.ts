import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { EngineError } from '../engine/errors.ts';
import { replaceMarked } from './nli/marked.ts';
import { runTool } from './nli/tool.ts';
import { comparisonTable, nliTable, Report, scoresTable } from './nli/zeroShotReport.ts';

interface Options {
  readonly report: string;
  readonly card: string;
}

const BASELINE = 'cosine, base';
const READINGS = ['entailment', 'combined', 'in a project'];

const program = new Command('write-model-card')
  .description("rewrites the marked tables of a model card from tools/evaluate-zero-shot.ts's JSON")
  .requiredOption('--report <file>', 'what tools/evaluate-zero-shot.ts --json printed')
  .option('--card <file>', 'model card', 'resources/models/entail-minilm-l6/README.md')
  .action(write);

function write({ report: path, card }: Options): void {
  const report = readReport(path);
  const missing = [BASELINE, ...READINGS].find((reading) => !(reading in report.average));
  if (missing !== undefined) {
    const hint = 'Evaluate with --base, and a model that has an entail.json.';
    throw new EngineError('report_incomplete', `${path} has no reading "${missing}".`, hint);
  }
  const tables = {
    'how it was measured': measured(report),
    comparison: comparisonTable(report, BASELINE, READINGS),
    'zero-shot': scoresTable(report),
    ...(Object.keys(report.nli).length > 0 && { nli: nliTable(report.nli) }),
  };
  const text = Object.entries(tables).reduce(
    (card, [name, table]) => replaceMarked(card, name, table),
    readFileSync(card, 'utf8'),
  );
  writeFileSync(card, text);
}

function readReport(path: string): Report {
  try {
    return Report.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const hint = 'Write it by tools/evaluate-zero-shot.ts --json.';
    throw new EngineError('report_invalid', `${path} is no report of an evaluation.`, hint, cause);
  }
}

const COUNTS = new Intl.NumberFormat('en-US');

function measured({ part, precision, characters, texts }: Report): string {
  const most = COUNTS.format(Math.max(0, ...Object.values(texts)));
  const weights = precision === 'auto' ? 'weights as suggesting uses them' : `${precision} weights`;
  return `The ${part} parts of ${Object.keys(texts).length} sets that it never saw, up to ${most} texts each, cut at ${COUNTS.format(characters)} characters; ${weights}.`;
}

await runTool(program);
