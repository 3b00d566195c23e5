import { expect, test } from 'vitest';
import { losses } from '../../../../backend/exporting/losses.ts';
import { formatOf, textOf } from '../output.ts';
import { annotation, decisions, exampleSource, sourceOf } from '../source.ts';

test('label-sleuth: a row per decided label; what is undecided, skipped or disputed has none', () => {
  expect(textOf('label-sleuth', exampleSource(), { includeUnfinished: true }).trim().split('\n')).toEqual([
    'document_id,text,category_name,label',
    'd1,"The box came late, I want my money back.",late delivery,true',
    'd1,"The box came late, I want my money back.",refund,true',
    'd1,"The box came late, I want my money back.",praise,false',
    'd2,Closed on Monday.,late delivery,false',
    'd2,Closed on Monday.,refund,false',
    'd2,Closed on Monday.,praise,false',
    'd3,Kind people!,praise,true',
    // The two annotators of d6 disagree on the refund.
    'd6,Two opinions.,late delivery,true',
    'd6,Two opinions.,praise,false',
  ]);
  expect(textOf('label-sleuth', exampleSource())).not.toContain('Kind people!');
});

test('label-sleuth: cells are safe for spreadsheets where that is asked, and names that it changes are told', () => {
  const source = sourceOf(
    ['price, high', "it's late"],
    [{ text: '=1+1', annotations: [annotation('ada', { decisions: decisions('price, high') })] }],
  );
  expect(textOf('label-sleuth', source, { excelSafe: true })).toContain(`d1,'=1+1,"price, high",true`);
  expect(textOf('label-sleuth', source)).toContain('d1,=1+1,');
  expect(losses(source, formatOf('label-sleuth'))).toContain(
    'Label Sleuth reads punctuation in "price, high" as underscores',
  );
});
