import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exportFormats, writeExport } from '../../../backend/exporting/index.ts';
import type { Decision, ExportSource } from '../../../backend/records.ts';
import { AT, label } from './source.ts';

/** Exports 100,000 documents of about 1 KB in every format; prints sizes and the peak of memory. Times to stderr. */
const COUNT = 100_000;
const [dir] = process.argv.slice(2);

const source: ExportSource = {
  labels: ['one', 'two', 'three', 'four'].map(label),
  *documents() {
    for (let number = 1; number <= COUNT; number++) {
      const id = `d${number}`;
      const decisions = new Map<string, Decision>([
        ['one', number % 2 === 0 ? 'yes' : 'no'],
        ['two', number % 3 === 0 ? 'yes' : 'no'],
        ['three', 'no'],
        ['four', 'no'],
      ]);
      yield {
        number,
        id,
        externalId: id,
        text: `Document ${number} has words. `.repeat(36),
        meta: new Map([['source', `mail ${number}`]]),
        split: number % 10 === 0 ? 'test' : 'train',
        annotations: [
          { annotator: 'ada', decisions, status: 'done' as const, absence: 'said' as const, at: AT },
        ],
        suggestions: [{ label: 'one', score: (number % 100) / 100, model: 'base' }],
      };
    }
  },
};

const formats: Record<string, number> = {};
for (const [name, format] of exportFormats) {
  const to = join(dir!, `data${format.extension}`);
  const started = performance.now();
  const files = await writeExport(source, format, to, { overwrite: false });
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  formats[name] = statSync(to).size;
  for (const file of files) rmSync(file);
}
console.log(JSON.stringify({ formats, peak: process.resourceUsage().maxRSS * 1024 }));
