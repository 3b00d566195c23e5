import { expect, test } from 'vitest';
import { recordsOf, sidecarsOf } from '../output.ts';
import { annotation, decisions, exampleSource, label, sourceOf } from '../source.ts';

const source = exampleSource();

const empty = { source: '', Comments: [], entail_comment: '' };

test('doccano: lines, and the label list beside them', () => {
  expect(recordsOf('doccano', source)).toEqual([
    {
      id: 1,
      entail_id: 'd1',
      text: 'The box came late, I want my money back.',
      source: 'mail',
      label: ['late delivery', 'refund'],
      Comments: [],
      entail_comment: '',
    },
    // What a line lacked would be a NaN there, and nothing would come in.
    { ...empty, id: 2, entail_id: 'd2', text: 'Closed on Monday.', label: [] },
    { ...empty, id: 6, entail_id: 'd6', text: 'Two opinions.', label: ['late delivery'] },
  ]);
  const labels = [
    label('z#'),
    { ...label('a'), key: '1', color: '#ffff00' },
    { ...label('b'), key: 'Enter' },
  ];
  const commented = sourceOf(
    [],
    [{ text: 'x', annotations: [annotation('ada', { decisions: decisions('z#', 'a'), comment: 'why?' })] }],
    labels,
  );
  expect(recordsOf('doccano', commented)).toMatchObject([
    { label: ['a', 'z#'], Comments: ['why?'], entail_comment: 'why?' },
  ]);
  const [[path, list]] = sidecarsOf('doccano', commented) as [[string, string]];
  expect(path).toBe('folder/data.x.labels.json');
  const entry = (id: number, text: string, key: string | null, background: string, foreground: string) => ({
    id,
    text,
    prefix_key: null,
    suffix_key: key,
    background_color: background,
    text_color: foreground,
  });
  // Two labels must not share a key.
  expect(JSON.parse(list)).toEqual([
    entry(1, 'z#', '1', '#0072b2', '#ffffff'),
    entry(2, 'a', null, '#ffff00', '#000000'),
    entry(3, 'b', null, '#0072b2', '#ffffff'),
  ]);
});
