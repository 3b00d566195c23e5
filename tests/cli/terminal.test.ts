import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { workplace } from './support.ts';

/** Sets colour, title and clipboard of a terminal, as 7-bit and as 8-bit sequences, and turns text round. */
const EVIL = '\x1b[31m\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x07\x9b31m\x7f\u202e\u2066';
const ACTING = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

test('what a terminal would act on in names and texts of others is not printed', () => {
  const { run, json, write } = workplace();
  const label = `price${EVIL}`;
  write('labels.json', JSON.stringify([label, 'other']));
  const rows = [0, 1, 2, 3].map((i) => ({
    id: `d${i}${EVIL}`,
    text: `the price ${EVIL} is high`,
    annotator: `ann${i % 2}${EVIL}`,
    labels: i % 2 === 0 ? [label] : ['other'],
  }));
  write('docs.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  write('more.csv', `text,labels,${EVIL}note\none more text,new${EVIL},x\n`);
  const commands = [
    ['new', 'p.entail', '--labels', 'labels.json'],
    ['import', 'p.entail', 'docs.jsonl'],
    ['import', 'p.entail', 'more.csv', '--as', `me${EVIL}`],
    ['import', 'p.entail', `none${EVIL}.csv`],
    ['suggest', 'p.entail'],
    ['next', 'p.entail', '--strategy', 'order'],
    ['progress', 'p.entail'],
    ['thresholds', 'p.entail'],
    ['disagreements', 'p.entail'],
    ['duplicates', 'p.entail'],
    ['similar', 'p.entail', '#1'],
    ['check', 'p.entail'],
  ];
  for (const command of commands) {
    const { out, err } = run(command);
    expect([command[0], ACTING.exec(out)?.index, ACTING.exec(err)?.index]).toEqual([
      command[0],
      undefined,
      undefined,
    ]);
  }
  expect(run(['next', 'p.entail', '--strategy', 'order', '--json']).out).not.toMatch(ACTING);
  const { documents } = json<{ documents: { id: string }[] }>('next', 'p.entail', '--strategy', 'order');
  expect(documents[0]?.id).toBe(`d0${EVIL}`);
}, 120_000);

test('one file of the command line writes to the terminal', () => {
  const root = resolve(import.meta.dirname, '../../cli');
  const writers = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.ts') && /std(?:out|err)\.write|console\./.test(readFileSync(join(root, name), 'utf8')),
  );
  expect(writers).toEqual(['terminal.ts']);
});
