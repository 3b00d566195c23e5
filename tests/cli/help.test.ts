import { expect, test } from 'vitest';
import { workplace } from './support.ts';

test('help says which options are required before one is left out', () => {
  const { run } = workplace();
  const lines = run(['annotate', '--help']).out.replace(/\n {10,}/g, ' ');
  expect(lines).toMatch(/--as <name> +who annotated \(required\)/);
  expect(lines).not.toMatch(/--json .*\(required\)/);
});
