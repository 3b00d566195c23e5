import { expect, test } from 'vitest';
import { lookAt } from '../../../../backend/importing/read.ts';
import { fileWith, found, textsIn } from './support.ts';

const MARKDOWN = `Before.

# One #

First. Second!

\`\`\`
# no heading

code
\`\`\`

Two
---
## Two b

Third.
`;

test('Markdown is one document as it is written, and can be split', async () => {
  const path = fileWith('notes.md', MARKDOWN);
  expect((await lookAt(path, {})).splits).toEqual(['heading', 'paragraph', 'sentences']);
  expect(await found(path)).toEqual({ documents: [{ id: 'notes.md', text: MARKDOWN }], told: [] });
  expect(await found(path, { split: 'heading' })).toEqual({
    documents: [
      { id: 'notes.md#1', text: 'Before.', meta: { file: 'notes.md', part: 1 } },
      {
        id: 'notes.md#2',
        text: 'One\n\nFirst. Second!\n\n```\n# no heading\n\ncode\n```',
        meta: { file: 'notes.md', heading: 'One', part: 2 },
      },
      {
        id: 'notes.md#3',
        text: 'Two\n\nTwo b\n\nThird.',
        meta: { file: 'notes.md', heading: 'Two', part: 3 },
      },
    ],
    told: [],
  });
  expect((await found(path, { split: 'paragraph' })).documents.map(({ text, meta }) => [text, meta])).toEqual(
    [
      ['Before.', { file: 'notes.md', part: 1 }],
      ['First. Second!', { file: 'notes.md', heading: 'One', part: 2 }],
      ['```\n# no heading\n\ncode\n```', { file: 'notes.md', heading: 'One', part: 3 }],
      ['Two', { file: 'notes.md', part: 4 }],
      ['Third.', { file: 'notes.md', heading: 'Two b', part: 5 }],
    ],
  );
});

test('a text is split by paragraph, or into windows of five sentences', async () => {
  const path = fileWith('a.txt', 'One. Two. Three.\n\nFour. Five. Six.\n');
  expect(await textsIn(path, { split: 'paragraph' })).toEqual(['One. Two. Three.', 'Four. Five. Six.']);
  expect(await textsIn(path, { split: 'sentences' })).toEqual(['One. Two. Three. Four. Five.', 'Six.']);
  expect(await textsIn(path)).toEqual(['One. Two. Three.', 'Four. Five. Six.']);
  expect(await textsIn(path, { whole: true })).toEqual(['One. Two. Three.\n\nFour. Five. Six.\n']);
});
