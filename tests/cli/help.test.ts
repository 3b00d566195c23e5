import { expect, test } from 'vitest';
import { workplace } from './support.ts';

test('help says which options are required before one is left out', () => {
  const { run } = workplace();
  const lines = run(['annotate', '--help']).out.replace(/\n {10,}/g, ' ');
  expect(lines).toMatch(/--as <name> +who annotated \(required\)/);
  expect(lines).not.toMatch(/--json .*\(required\)/);
});

test.each([
  ['predict', 'run'],
  ['evaluate', 'run'],
  ['suggest', 'model'],
])('%s --help says that what suggests now is used without --%s', (command, option) => {
  const { run } = workplace();
  const lines = run([command, '--help']).out.replace(/\n {10,}/g, ' ');
  const line = lines.split('\n').find((one) => one.includes(`--${option} <`));
  expect(line).toMatch(/suggests now/);
  expect(line).not.toMatch(/last/);
});
