import { render } from 'svelte/server';
import { beforeEach, expect, test } from 'vitest';
import Written from '../../../renderer/src/export/Written.svelte';
import { project } from '../../../renderer/src/state/project.svelte.ts';

const shown = (names: readonly string[]): string =>
  render(Written, {
    props: {
      exported: { token: 'token', where: '~/exports', files: names.map((name) => ({ name, bytes: 1 })) },
    },
  }).body;

const FOLDER = ['README.md', 'onnx/model.onnx'];

beforeEach(() => {
  project.host = 'web';
});

test('in the browser one file has a button, and each of a folder a link of its own', () => {
  expect(shown(['results.csv'])).toMatch(/Download\s*(<!--.*?-->)*\s*<\/button>/);
  const folder = shown(FOLDER);
  for (const name of FOLDER) expect(folder).toContain(`aria-label="Download ${name}"`);
  expect(folder).toContain('Click a file to download it.');
});

test('the desktop app shows the folder, where nothing need be downloaded', () => {
  project.host = 'electron';
  expect(shown(FOLDER)).not.toContain('ownload');
});
