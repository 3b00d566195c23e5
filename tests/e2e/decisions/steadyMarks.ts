import { isDeepStrictEqual } from 'node:util';
import type { Page, Route } from 'playwright-core';
import { z } from 'zod';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectBothSchemes } from '../story/accessibility.ts';
import { expectThat, until } from '../story/story.ts';
import { decidedOf } from './project.ts';
import { quietApp } from './quietApp.ts';

const TEXTS = [1, 2, 3, 4, 5].map((n) => `Document number ${n}.`);
const Label = z.looseObject({ labelId: z.number(), probability: z.number().nullable() });
const Card = z.looseObject({ id: z.number(), labels: z.array(Label) });
const Answer = z.looseObject({ json: z.union([Card, z.array(Card)]) });
const Learnt = z.looseObject({ json: z.looseObject({ version: z.number() }) });

/** Likely becomes unlikely, and the other way round: what a decision taught. */
const turned = (card: z.infer<typeof Card>) => ({
  ...card,
  labels: card.labels.map((label) => ({ ...label, probability: 1 - (label.probability ?? 0) })),
});

const marked = (page: Page): Promise<string> =>
  page
    .locator('li[data-label].suggested .name')
    .allInnerTexts()
    .then((names) => names.join());

/** What Enter accepts is what is marked when it is pressed, whatever the model learns meanwhile. */
export async function steadyMarks({ browser, home, check, picture }: Setting): Promise<void> {
  const { app, context, page, path, shows } = await quietApp({ browser, home }, 'steady', {
    labels: ['praise', 'price'],
    texts: TEXTS,
    odds: new Map([
      [1, 3],
      [2, -3],
    ]),
  });
  const answer = async (route: Route, change: (body: unknown) => unknown) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  };
  let came = 0;
  let versions = 1000;
  await page.route('**/rpc/suggestions/learn', (route) =>
    answer(route, (body) => {
      const learnt = Learnt.parse(body);
      versions += 1;
      return { ...learnt, json: { ...learnt.json, version: versions } };
    }),
  );
  await page.route('**/rpc/annotations/next', (route) =>
    answer(route, (body) => {
      const own = Answer.parse(body);
      return { ...own, json: Array.isArray(own.json) ? own.json.map(turned) : own.json };
    }),
  );
  // The first reply of what was learnt is held back until the next document has been there for a moment.
  await page.route('**/rpc/annotations/get', async (route) => {
    if (came === 0) {
      await shows(TEXTS[1]!);
      await page.waitForTimeout(150);
    }
    await answer(route, (body) => {
      const own = Answer.parse(body);
      return { ...own, json: Array.isArray(own.json) ? own.json : turned(own.json) };
    });
    came += 1;
  });

  let atPress = '';
  await check('marks of an open document stay as they were painted', async () => {
    await page.keyboard.press('Enter');
    await shows(TEXTS[1]!);
    const first = await marked(page);
    await until(async () => came > 0, 'nothing was learnt');
    await page.waitForTimeout(200);
    atPress = await marked(page);
    await picture(page, 'steady');
    await page.keyboard.press('Enter');
    expectThat(first === 'praise' && atPress === first, `${first} became ${atPress}`);
  });
  await check('the next document has what was learnt', async () => {
    await shows(TEXTS[2]!);
    expectThat((await marked(page)) === 'price', `it has ${await marked(page)}`);
  });
  await check(
    'after a label is chosen by hand, what Enter accepts beside it is counted and tinted',
    async () => {
      const enter = page.getByRole('toolbar', { name: 'Actions' }).getByRole('button').first();
      const tinted = page.locator('li[data-label].accepts .name');
      await page.keyboard.press('1');
      await page.locator('li[data-label].yes').waitFor();
      expectThat(/^Accept 1 and next/.test(await enter.innerText()), await enter.innerText());
      expectThat((await tinted.allInnerTexts()).join() === 'price', (await tinted.allInnerTexts()).join());
      await expectBothSchemes(page, (scheme) => picture(page, `accepts-${scheme}`));
      await page.keyboard.press('Shift+2');
      await tinted.waitFor({ state: 'detached' });
      expectThat(/^Save and next/.test(await enter.innerText()), await enter.innerText());
      await picture(page, 'accepts-nothing');
    },
  );
  await page.locator('[data-saving=saved]').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.close();
  await app.close();
  await check('Enter decided what was marked', async () => {
    const kept = openProject(path);
    const found = decidedOf(kept, 2);
    kept.close();
    const wanted = (name: string) => (atPress.split(',').includes(name) ? 'yes' : 'no');
    expectThat(
      isDeepStrictEqual(found, {
        status: 'done',
        values: { praise: wanted('praise'), price: wanted('price') },
      }),
      `${atPress} was marked, ${JSON.stringify(found)} is kept`,
    );
  });
}
