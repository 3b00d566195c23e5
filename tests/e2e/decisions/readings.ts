import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

/** As Excel writes it in western Europe: windows-1252, semicolons, a column called as one of ours, labels in one cell. */
const TABLE = Buffer.from(
  [
    'Nr;Betreff;comment;Schlagworte',
    '1;Zu sp\xe4t;Die Lieferung kam zwei Wochen zu sp\xe4t an;late|price',
    '2;Gr\xf6\xdfe;Die Hose passt mir leider gar nicht;size',
    '3;Preis;Das war mir dann doch zu teuer am Ende;Price',
    '4;Kaputt;"Der Karton war offen und nass',
    '',
  ].join('\r\n'),
  'latin1',
);
const NUMBERS = 'text,label\nthe parcel came late again,0\nmuch too dear for what it is,1\n';
const OTHER = 'id,text\n1,The first text of the second file.\n';

/** How a file is read is seen and said before anything comes in, and what comes in is what was seen. */
export async function readings({ browser, home, check, picture }: Setting): Promise<void> {
  const { path, ...project } = quietProject(home, 'readings', { labels: ['late', 'price'], texts: [] });
  project.close();
  const give = (name: string, content: string | Buffer): string => {
    const file = join(home, name);
    writeFileSync(file, content);
    return file;
  };
  const app = await startWebApp(home, path);
  const { page, context, screen } = await openedPage(browser, app.url, 1600);
  const role = (column: string) => page.getByLabel(`What ${column} becomes`);
  const chosen = (label: string) => page.getByLabel(label, { exact: true }).inputValue();
  const bring = async (...files: string[]) => {
    await screen('Import');
    await page.getByLabel('Files', { exact: true }).setInputFiles(files);
    await page.getByRole('heading', { name: 'What is what' }).waitFor();
  };
  const imported = async (button: string) => {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('button', { name: 'Import more' }).waitFor();
  };

  await check(
    'what was found of a file is shown, with what each column becomes',
    async () => {
      await bring(give('excel.csv', TABLE));
      expectThat((await chosen('Encoding')) === 'windows-1252', `encoding ${await chosen('Encoding')}`);
      expectThat((await chosen('Between cells')) === ';', `delimiter ${await chosen('Between cells')}`);
      expectThat((await chosen('First row')) === 'names', `first row ${await chosen('First row')}`);
      await page.getByText('Die Lieferung kam zwei Wochen zu spät an').first().waitFor();
      expectThat((await role('comment').inputValue()) === 'text', 'comment is not the text');
      expectThat((await role('Nr').inputValue()) === 'id', 'Nr is no id');
      await picture(page, 'reading-found');
    },
    () => page,
  );
  await check(
    'roles are changed and the preview follows: two texts, an id, labels, and what is left out',
    async () => {
      await role('Nr').selectOption('id');
      await role('Betreff').selectOption('text');
      await page.getByText('Betreff: Zu spät').first().waitFor();
      await role('Betreff').selectOption('ignore');
      await role('Schlagworte').selectOption('labels');
      const whole = page.getByRole('region', { name: 'The first documents' }).getByText('late|price');
      await page.getByLabel('Between labels').selectOption('');
      await whole.waitFor();
      await page.getByLabel('Between labels').selectOption('|');
      await whole.waitFor({ state: 'detached' });
      await page
        .getByText('4 names in the file become 3 labels (which ones, below); 1 of them new.')
        .waitFor();
      await picture(page, 'reading-said');
    },
    () => page,
  );
  await check(
    'labels get their names before they are made, and a row that does not fit is told',
    async () => {
      await page.getByText('Names in the project').click();
      await page.getByLabel('What size is called in the project').fill('fit');
      await page.getByLabel('What size is called in the project').press('Enter');
      await page.getByText('Why 1 row').waitFor();
      await picture(page, 'reading-labels');
      await imported('Import 3 documents');
      await picture(page, 'reading-result');
      await page.getByText('Refused rows').click();
      await page.getByRole('button', { name: 'Save these rows' }).click();
      await page.getByText('Saved in').waitFor();
    },
    () => page,
  );
  await check(
    'numbers that stand for labels are asked for, and named',
    async () => {
      await page.getByRole('button', { name: 'Import more' }).click();
      await bring(give('numbers.csv', NUMBERS));
      await page.getByText('Some labels are numbers').waitFor();
      for (const [number, name] of [
        ['0', 'late'],
        ['1', 'price'],
      ] as const) {
        await page.getByLabel(`What ${number} is called in the project`).fill(name);
        await page.getByLabel(`What ${number} is called in the project`).press('Enter');
      }
      await page.getByText('2 labels, all in the project.').waitFor();
      await picture(page, 'reading-numbers');
      await imported('Import 2 documents');
    },
    () => page,
  );
  await check(
    'an id that another file brought for another text is another document, unless someone says otherwise',
    async () => {
      await page.getByRole('button', { name: 'Import more' }).click();
      await bring(give('other.csv', OTHER));
      await page.getByRole('heading', { name: 'Ids that two files have' }).waitFor();
      await picture(page, 'reading-ids');
      await page.getByRole('radio', { name: 'The same documents' }).check({ force: true });
      await page.getByText('Why 1 row').waitFor();
      await page.getByRole('radio', { name: 'Other documents' }).check({ force: true });
      await imported('Import 1 document');
    },
    () => page,
  );
  await context.close();
  await app.close();
  await check('what came in is what was seen', async () => expectSame(path));
}

const WANTED = [
  '1 Die Lieferung kam zwei Wochen zu spät an +late +price',
  '2 Die Hose passt mir leider gar nicht +fit',
  '3 Das war mir dann doch zu teuer am Ende +price',
  '- the parcel came late again +late',
  '- much too dear for what it is +price',
  'other.csv:1 The first text of the second file.',
];

async function expectSame(path: string): Promise<void> {
  const project = openProject(path);
  const { documents, labels, standing } = project.stores;
  const found = [...documents.ids()].map((id) => {
    const { externalId, text } = documents.get(id) ?? { externalId: null, text: '' };
    const yes = standing.decisions(id).filter(({ value }) => value === 'yes');
    const names = yes.map(({ labelId }) => `+${labels.nameOf(labelId)}`).sort();
    return [externalId ?? '-', text, ...names].join(' ');
  });
  project.close();
  expectThat(JSON.stringify(found) === JSON.stringify(WANTED), found.join('\n'));
}
