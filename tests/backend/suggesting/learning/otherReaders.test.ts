import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateOn } from '../../../../backend/evaluating/goldFile.ts';
import { exportSuggesting } from '../../../../backend/exporting/exportModel.ts';
import { agreeToModel } from '../../../../backend/models/agreed.ts';
import { embedDocuments } from '../../../../backend/suggesting/embedding.ts';
import {
  LEFT_OUT,
  learntReading,
  restsOnOthers,
} from '../../../../backend/suggesting/learning/learntReading.ts';
import { type SuggestRequest, suggest } from '../../../../backend/suggesting/suggesting.ts';
import { allFollowed, expectAsPredicted } from '../../../support/asPredicted.ts';
import { FUSION_WEIGHTS } from '../../../support/fusionWeights.ts';
import { annotatedProject } from '../../../support/learning.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { writeTinyModel } from '../../../support/tinyModel.ts';

function otherModel(): string {
  const dir = join(temporaryFolder(), 'other');
  writeTinyModel(dir, 9);
  agreeToModel(dir);
  return dir;
}

/** Documents that were read as someone asked, with what decisions on them taught. */
async function suggestedAs(asked: Partial<SuggestRequest>) {
  const found = annotatedProject();
  const { project, engine, model } = found;
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER });
  await suggest(project, engine, { device: 'cpu', precision: 'auto', ...asked });
  return found;
}

test.each([
  ['another reading', () => ({ reading: 'entailment' }) as const],
  ['another reading of some documents', () => ({ reading: 'entailment', limit: 5 }) as const],
  ['another model', () => ({ model: otherModel() })],
])(
  'what %s taught is not read together with the project’s own, until suggestions are made anew',
  async (_, asked) => {
    const { project, engine } = await suggestedAs(asked());
    expect(await learntReading(project)).toBeUndefined();
    expect(await restsOnOthers(project)).toBe(true);
    await expect(
      exportSuggesting(project, engine, { to: join(temporaryFolder(), 'out') }),
    ).rejects.toMatchObject({ code: 'learnt_from_others' });
    await allFollowed(project, engine);
    expect(await restsOnOthers(project)).toBe(false);
    expect(await learntReading(project)).toBeDefined();
    await expectAsPredicted(project, engine);
  },
);

test('figures on a file say that it was left out', async () => {
  const { project, engine } = await suggestedAs({ reading: 'entailment' });
  const file = join(temporaryFolder(), 'gold.jsonl');
  writeFileSync(file, '{"text": "the price came late", "labels": ["price"]}\n');
  const notices: string[] = [];
  const onNotice = (text: string) => notices.push(text);
  await evaluateOn(project, engine, { file, threshold: 0.5, device: 'cpu', precision: 'auto', onNotice });
  expect(notices).toEqual([LEFT_OUT]);
});

test('what a model computed in makes it no other', async () => {
  const { project } = await suggestedAs({ precision: 'fp32' });
  expect(await learntReading(project)).toBeDefined();
  expect(await restsOnOthers(project)).toBe(false);
});
