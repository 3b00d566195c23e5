import { expect, test } from 'vitest';
import { textOf } from '../output.ts';
import { exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

test('csv: a column per label', () => {
  expect(textOf('csv', source, everything).split('\n')).toEqual([
    'id,text,split,status,annotator,comment,late delivery,refund,praise,source',
    'd1,"The box came late, I want my money back.",,done,ada,,1,1,0,mail',
    'd2,Closed on Monday.,,done,ada,,0,0,0,',
    'd3,Kind people!,test,draft,ada,,,,1,',
    'd4,Not opened yet.,,new,,,,,,',
    'd5,???,,skipped,ada,odd,,,,',
    'd6,Two opinions.,,done,ada,,1,0,0,',
    'd6,Two opinions.,,done,bob,,1,1,0,',
    '',
  ]);
  expect(textOf('csv', source, { scores: true }).split('\n').slice(0, 2)).toEqual([
    'id,text,split,status,annotator,comment,late delivery,refund,praise,' +
      'late delivery score,refund score,praise score,source',
    'd1,"The box came late, I want my money back.",,done,ada,,1,1,0,0.97,0.91,0.02,mail',
  ]);
});

test('csv: a label with the name of a column of ours is refused', () => {
  for (const name of ['text', 'Status'])
    expect(() => textOf('csv', sourceOf(['a', name], []))).toThrow(`The label "${name}" can't be a column`);
});
