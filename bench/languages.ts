import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { languageDetector } from '../backend/suggesting/languages/detect.ts';
import { sampleSet } from '../tools/nli/sampleSet.ts';

/**
 * How often the detector of languages takes a text for one of another language: every set of ENTAIL_DATA/text, all of
 * which are in English but for single texts, up to 400 texts of its training part; a Markdown table of the worst.
 *
 *   ENTAIL_DATA=… node bench/languages.ts
 */
const data = process.env.ENTAIL_DATA;
if (!data) throw new Error('Set ENTAIL_DATA.');
const detect = await languageDetector();
const rows: { set: string; clear: number; foreign: number; which: string; milliseconds: number }[] = [];
for (const { name } of readdirSync(join(data, 'text'), { withFileTypes: true }).filter((one) =>
  one.isDirectory(),
)) {
  const { texts } = await sampleSet(data, {
    set: `text/${name}`,
    part: 'train',
    texts: 400,
    characters: 600,
  });
  const begun = performance.now();
  const found = texts.flatMap(({ text }) => detect(text) ?? []);
  const foreign = found.filter((language) => language !== 'en');
  rows.push({
    set: name,
    clear: found.length,
    foreign: foreign.length,
    which: [...new Set(foreign)].join(' '),
    milliseconds: performance.now() - begun,
  });
}
const shareOf = ({ foreign, clear }: (typeof rows)[number]) => foreign / Math.max(clear, 1);
console.log(
  '| set | clear | not English | share | taken for | ms |\n| --- | ---: | ---: | ---: | --- | ---: |',
);
for (const row of rows.sort((a, b) => shareOf(b) - shareOf(a)).slice(0, 10))
  console.log(
    `| ${row.set} | ${row.clear} | ${row.foreign} | ${shareOf(row).toFixed(3)} | ${row.which} | ${row.milliseconds.toFixed(0)} |`,
  );
console.log(`\n${rows.length} sets; the largest share ${Math.max(...rows.map(shareOf)).toFixed(3)}.`);
