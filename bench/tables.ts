import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './texts.ts';

/**
 * Rewrites the tables of docs/performance.md from the newest bench/results/<date>.json and
 * bench/results/{interface,profile}-<date>.json, between the lines `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`.
 *
 *   npm run bench:tables
 */
const Spread = z.object({ min: z.number(), median: z.number(), max: z.number() });
const Project = z.record(z.string(), z.number());
const Result = z.looseObject({
  date: z.string(),
  repeats: z.number(),
  quick: z.boolean(),
  machine: z.looseObject({ processor: z.string(), cores: z.number(), loadBefore: z.number() }),
  ratios: z.record(z.string(), Spread),
  pairsPerSecond: z.record(z.string(), Spread),
  peakMegabytes: z.record(z.string(), Spread),
  differenceFromFp32: z.record(z.string(), z.object({ mean: z.number(), max: z.number() })),
  coldStart: z.record(z.string(), Spread),
  projects: z.array(Project),
});

const MEANING: Readonly<Record<string, string>> = {
  suggestVsPipelineBest: 'suggesting against the zero-shot pipeline at its best batch size',
  suggestVsPipelineDefault: 'suggesting against the zero-shot pipeline at its default',
  suggestVsPipelineBestBf16: 'suggesting against the pipeline in bfloat16 at its best batch size',
  suggestFp32VsPipelineBest: 'suggesting in float32 against the pipeline at its best batch size',
  loraVsTorchFp32: 'LoRA training against PyTorch float32 with peft',
  loraVsTorchBf16: 'LoRA training against PyTorch bfloat16 autocast with peft',
  loraFp32VsTorchFp32: 'LoRA training in float32 against PyTorch float32 with peft',
  fullVsTorchFp32: 'full fine-tuning with --precision int8 against PyTorch float32',
  fullVsTorchBf16: 'full fine-tuning with --precision int8 against PyTorch bfloat16 autocast',
  fullFp32VsTorchFp32: 'full fine-tuning in float32 against PyTorch float32',
};

const Interface = z.looseObject({
  machine: z.looseObject({ processor: z.string(), cores: z.number() }),
  documents: z.number(),
  results: z.array(z.looseObject({ what: z.string(), times: z.number(), p50: z.number(), p95: z.number() })),
  heapBytes: z.number(),
  targets: z.record(z.string(), z.number()),
});

const Profile = z.looseObject({
  pairs: z.number(),
  tokens: z.number(),
  profiles: z.record(
    z.string(),
    z.object({
      operatorMs: z.number(),
      operators: z.array(z.object({ operator: z.string(), count: z.number(), ms: z.number() })),
    }),
  ),
});
/** Operators with a line of their own; the others are summed. */
const SHOWN = 12;

const INTERFACE_MEANING: Readonly<Record<string, string>> = {
  open: 'a project is opened: from the click to the first document',
  toggle: 'a label is toggled: from the key to the disk and back',
  next: 'the next document is shown: from the key',
  search: 'a letter of a search: from the key to what is found',
};

const result = newest(/^\d{4}-\d\d-\d\d\.json$/, Result, 'bench');
const page = newest(/^interface-.*\.json$/, Interface, 'bench:interface');
const costs = newest(/^profile-.*\.json$/, Profile, 'bench:profile');
const tables: Readonly<Record<string, string>> = {
  machine: `${result.machine.processor}, ${result.machine.cores} cores, load ${result.machine.loadBefore.toFixed(1)} at the start, ${result.date.slice(0, 10)}, ${result.repeats} repeats${result.quick ? ' (a quick run: not to be cited)' : ''}.`,
  ratios: table(
    ['Entail, times as fast (below 1: slower)', 'median', 'smallest', 'largest'],
    Object.entries(result.ratios).map(([name, s]) => [
      MEANING[name] ?? name,
      s.median.toFixed(2),
      s.min.toFixed(2),
      s.max.toFixed(2),
    ]),
  ),
  rates: table(
    ['run', 'pairs per second (median)', 'peak memory, MB', 'mean difference from float32'],
    Object.entries(result.pairsPerSecond).map(([name, s]) => [
      name,
      s.median.toFixed(1),
      result.peakMegabytes[name]?.max.toFixed(0) ?? '',
      result.differenceFromFp32[name]?.mean.toFixed(4) ?? '',
    ]),
  ),
  profileSuggesting: profileTable('suggesting int8'),
  profileTraining: profileTable('LoRA int8'),
  start: table(
    ['', 'milliseconds (median)'],
    Object.entries(result.coldStart).map(([name, s]) => [
      name === 'firstSuggestionMs' ? 'first suggestion, from no process' : 'second suggestion',
      s.median.toFixed(0),
    ]),
  ),
  projects: table(
    Object.keys(result.projects[0] ?? {}),
    result.projects.map((row) => Object.values(row).map((value) => `${Number(value.toPrecision(3))}`)),
  ),
  interface: `${table(
    ['with 100,000 documents, milliseconds', 'median', '95 % within', 'target', 'times'],
    page.results.map(({ what, times, p50, p95 }) => [
      INTERFACE_MEANING[what] ?? what,
      p50.toFixed(0),
      p95.toFixed(0),
      `${page.targets[what] ?? ''}`,
      `${times}`,
    ]),
  )}\n\nThe page's JavaScript held ${(page.heapBytes / 1e6).toFixed(0)} MB after ${page.documents} documents. ${page.machine.processor}, ${page.machine.cores} cores.`,
};
rewrite(join(ROOT, 'docs', 'performance.md'));

function newest<T>(named: RegExp, schema: z.ZodType<T>, command: string): T {
  const dir = join(ROOT, 'bench/results');
  const files = existsSync(dir) ? readdirSync(dir).filter((name) => named.test(name)) : [];
  const last = files.sort().at(-1);
  if (last === undefined) throw new Error(`There is nothing to show yet: run "npm run ${command}" first.`);
  return schema.parse(JSON.parse(readFileSync(join(dir, last), 'utf8')));
}

function profileTable(name: string): string {
  const { operatorMs, operators } = costs.profiles[name]!;
  const rest = operators
    .slice(SHOWN)
    .reduce((sum, { count, ms }) => ({ operator: 'all others', count: sum.count + count, ms: sum.ms + ms }), {
      operator: 'all others',
      count: 0,
      ms: 0,
    });
  const whole = {
    operator: 'together',
    count: operators.reduce((sum, { count }) => sum + count, 0),
    ms: operatorMs,
  };
  return table(
    [`${costs.pairs} pairs of ${costs.tokens} tokens`, 'times', 'milliseconds', 'share'],
    [...operators.slice(0, SHOWN), rest, whole].map(({ operator, count, ms }) => [
      operator,
      `${count}`,
      ms.toFixed(2),
      `${((100 * ms) / operatorMs).toFixed(1)} %`,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function rewrite(path: string): void {
  const before = readFileSync(path, 'utf8');
  const after = before.replace(/<!-- bench:(\w+) -->[\s\S]*?<!-- \/bench:\1 -->/g, (whole, name: string) =>
    tables[name] === undefined
      ? whole
      : `<!-- bench:${name} -->\n\n${tables[name]}\n\n<!-- /bench:${name} -->`,
  );
  if (after !== before) writeFileSync(path, after);
}
