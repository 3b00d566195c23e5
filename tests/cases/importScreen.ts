import type { Page } from 'playwright-core';
import { z } from 'zod';
import { painted } from '../e2e/story/story.ts';

/** Columns without names are said by their numbers. */
const NUMBER = /^\d+$/;
/** Of a machine that has much else to do. */
export const WAIT_MS = 60_000;

/** What the backend answered to the page, as far as a case asks for it. */
export interface Heard {
  /** Codes of failures, in calls that were refused and in previews. */
  readonly failures: readonly string[];
  /** What the last count and the last import said. */
  readonly census: Record<string, unknown> | undefined;
  readonly done: Record<string, unknown> | undefined;
}

/** What a person does at the import screen, in a page that shows it. */
export interface ImportScreen {
  /** Hands files over, and waits until they are shown. */
  give(files: readonly string[]): Promise<void>;
  /** Does what an option of the command line says. Throws where the screen has nothing for it. */
  say(option: string, value: string): Promise<void>;
  /** Presses Import, and waits for the result; false: the button can't be pressed. */
  start(): Promise<boolean>;
  /** All that the screen shows in words, what was chosen in its fields among it. */
  words(): Promise<string>;
  heard(): Promise<Heard>;
}

/** What calls of the page were answered, each in full: a stream that a page has read is gone for who looks from outside. */
interface Listening {
  heard?: Promise<{ call: string; ok: boolean; body: string }>[];
}

/** Listens to what the page is answered, from its next load on. */
export const listen = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const own = globalThis as Listening;
    const { fetch } = globalThis;
    own.heard = [];
    globalThis.fetch = async (...given) => {
      const answer = await fetch(...given);
      const call = /imports\/(preview|census|run)$/.exec(answer.url)?.[1];
      if (call !== undefined)
        own.heard?.push(
          answer
            .clone()
            .text()
            .catch(() => '')
            .then((body) => ({ call, ok: answer.ok, body })),
        );
      return answer;
    };
  });

export function importScreen(page: Page): ImportScreen {
  const settled = async () => {
    await painted(page);
    await page
      .locator('section[aria-label="What would be imported"][aria-busy=false]')
      .waitFor({ state: 'attached', timeout: WAIT_MS });
  };
  const answered = (call: string) =>
    page.waitForResponse((response) => response.url().endsWith(`imports/${call}`), { timeout: WAIT_MS });
  const after = async (call: 'preview' | 'census', act: () => Promise<unknown>) => {
    await Promise.all([answered(call), act()]);
    await settled();
  };
  const field = (label: string) => page.getByLabel(label, { exact: true });
  const becomes = (column: string, role: string) =>
    after('preview', () =>
      field(`What ${NUMBER.test(column) ? `column ${column}` : column} becomes`).selectOption(role),
    );
  return {
    give: (files) => after('preview', () => field('Files').setInputFiles([...files])),
    async say(option, value) {
      if (option === '--text-column') await becomes(value, 'text');
      else if (option === '--labels-column') await becomes(value, 'labels');
      else if (option === '--label-column') await becomes(value, 'label');
      else if (option === '--separator')
        await after('preview', () => field('Between labels').selectOption(value === 'none' ? '' : value));
      else if (option === '--encoding') await after('preview', () => field('Encoding').selectOption(value));
      else if (option === '--cutoff')
        await after('preview', async () => {
          await field('A yes from').fill(value);
          await field('A yes from').press('Tab');
        });
      else if (option === '--absent')
        await after('census', () =>
          page
            .getByRole('radio', { name: value === 'no' ? 'are a no' : 'are undecided' })
            .check({ force: true }),
        );
      else if (option === '--rename') {
        const [from = '', to = ''] = value.split('=');
        const name = field(`What ${from} is called in the project`);
        await after('census', async () => {
          await name.fill(to);
          await name.press('Tab');
        });
      } else throw new Error(`There is no act at the screen for ${option}.`);
    },
    async start() {
      const button = page.getByRole('button', { name: /^Import( [\d,]+ documents?)?$/ }).last();
      if (!(await button.isEnabled())) return false;
      await button.click();
      await page.locator('.result h2, .toast.failure').first().waitFor({ timeout: WAIT_MS });
      return true;
    },
    async words() {
      const chosen = await page.evaluate(() => {
        for (const details of document.querySelectorAll('main details')) details.setAttribute('open', '');
        const fields = document.querySelectorAll<HTMLSelectElement | HTMLInputElement>(
          'main :is(select, input)',
        );
        return [...fields].map((one) => {
          const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? '';
          const value = 'options' in one ? one.options[one.selectedIndex]?.text : one.value;
          return `${name.trim()}: ${value ?? ''}`;
        });
      });
      return [...(await page.locator(':root').allInnerTexts()), ...chosen].join('\n');
    },
    async heard() {
      const answers = await page.evaluate(() => Promise.all((globalThis as Listening).heard ?? []));
      const parts = answers.flatMap(({ call, ok, body }) =>
        ok ? eventsOf(body).map((data) => ({ call, data: jsonOf(data) })) : [],
      );
      return {
        failures: answers.flatMap(({ body }) =>
          [...body.matchAll(/"code":"([a-z_]+)"/g)].map(([, code = '']) => code),
        ),
        census: parts.findLast(({ call }) => call === 'census')?.data,
        done: parts.findLast(({ data }) => data?.kind === 'done')?.data,
      };
    },
  };
}

/** The data of each event of a stream; of another answer all of it. */
function eventsOf(body: string): string[] {
  const events = body
    .split('\n')
    .flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));
  return events.length > 0 ? events : [body];
}

const Answer = z.object({ json: z.record(z.string(), z.unknown()) });

/** The object in an answer; undefined: it has none. */
function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data?.json;
  } catch {
    return undefined;
  }
}
