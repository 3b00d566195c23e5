import { expect, test } from 'vitest';
import { importOptions, modelOptions } from '../../electron/openOptions.ts';

test('files and folders are asked for in dialogs of their own, since Windows and Linux have none for both', () => {
  expect(importOptions('files').properties).toEqual(['openFile', 'multiSelections']);
  expect(importOptions('folder').properties).toEqual(['openDirectory', 'multiSelections']);
});

test('a model is one folder', () => {
  expect(modelOptions().properties).toEqual(['openDirectory']);
});
