import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workplace } from './support.ts';

const scoresIn = (place: ReturnType<typeof workplace>, file: string) =>
  readFileSync(join(place.dir, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { scores: Record<string, number> }).scores);

test('28, 29: outputs without names are named once by an option; {} in a sentence is the label', () => {
  const place = workplace();
  const path = join(place.dir, 'model', 'config.json');
  place.write('d.csv', 'text\nthe parcel came late\nthe price is high\n');
  place.write('named.json', '["shipping", {"name": "price", "hypothesis": "This text is about price."}]');
  place.write('braces.json', '["shipping", {"name": "price", "hypothesis": "This text is about {}."}]');
  const predict = (labels: string, out: string, ...more: string[]) =>
    place.run(['predict', '--model', 'model', '--labels', labels, 'd.csv', '--out', out, ...more]);
  // What takes long, as on a busy machine, says how far it is.
  const told = ({ err }: { readonly err: string }) => err.replace(/^Predicting: .*\n/gm, '');
  expect(told(predict('named.json', 'named.jsonl'))).toBe('');
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...config, id2label: { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' } }));
  const refused = predict('braces.json', 'none.jsonl');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('--classes entailment=1,contradiction=0');
  expect(predict('braces.json', 'none.jsonl', '--classes', 'entailment=1').code).toBe(2);
  expect(place.run(['models', 'classes', 'model']).out).toContain('The examples speak for --classes');
  const chosen = predict('braces.json', 'said.jsonl', '--classes', 'entailment=1,contradiction=0');
  expect(told(chosen)).toBe('');
  expect(told(predict('braces.json', 'again.jsonl'))).toBe('');
  for (const file of ['said.jsonl', 'again.jsonl'])
    expect(scoresIn(place, file)).toEqual(scoresIn(place, 'named.jsonl'));
}, 300_000);
