import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_FACETS, type Facet, LABELS } from './facets.ts';
import { type Account, type LabelStudio, startLabelStudio } from './labelStudioServer.ts';
import { ours } from './ours.ts';
import { ANNA, BEN, CONTROLS, CONTROLS_CONFIG, PEOPLE, UNDECIDED } from './people.ts';
import type { Back, Trip } from './trip.ts';

/** What its flat exports leave out. */
const NOT_FLAT: ReadonlySet<string> = new Set([
  'skipped',
  'test sample',
  'drafts',
  'ground truth',
  'addresses',
]);
const KINDS = ['JSON', 'JSON_MIN', 'CSV'] as const;

const backs = (what: string, stem: string, keeps: readonly string[], rest: Partial<Back> = {}): Back[] =>
  KINDS.map((kind) => ({
    name: `${what}${kind}`,
    files: [fileOf(stem, kind)],
    keeps: kind === 'JSON' ? keeps : keeps.filter((facet) => !NOT_FLAT.has(facet)),
    ...rest,
  }));

const without = (...lost: readonly Facet[]): Facet[] => ALL_FACETS.filter((facet) => !lost.includes(facet));
const PEOPLES = Object.keys(PEOPLE.facets);

export const LABEL_STUDIO: Trip = {
  peer: 'Label Studio 1.23.2',
  needs: ['label_studio'],
  exports: [['label-studio', 'ours.json']],
  through,
  backs: [
    ...backs('', 'back', without('undecided', 'drafts')),
    ...backs(
      'annotated there, ',
      'people',
      PEOPLES.filter((facet) => facet !== 'addresses'),
      { inspection: PEOPLE },
    ),
    {
      name: 'annotated there, snapshot',
      files: ['people-snapshot.json'],
      keeps: PEOPLES,
      inspection: PEOPLE,
    },
    ...backs(
      'annotated there, through ours and there again, ',
      'again',
      // What Label Studio does not let in, and that it had nobody's address the first time.
      PEOPLES.filter((facet) => facet !== 'drafts' && facet !== 'addresses'),
      { inspection: PEOPLE },
    ),
    ...backs('two lists of choices, ', 'controls', Object.keys(CONTROLS.facets), { inspection: CONTROLS }),
  ],
};

/** A server of its own: our project in and out, another that two people work on, and one that was made there. */
async function through(...[python, folder]: Parameters<Trip['through']>): Promise<void> {
  const server = await startLabelStudio(python, join(folder, 'label-studio'));
  try {
    const { owner } = server;
    await write(folder, 'back', owner, await projectOf(folder, 'ours.json', owner));
    const [anna, ben] = [await server.join(ANNA), await server.join(BEN)];
    await annotated(folder, server, { anna, ben });
    await controls(folder, owner, anna);
  } finally {
    await server.stop();
  }
}

async function annotated(
  folder: string,
  { owner }: LabelStudio,
  { anna, ben }: Record<'anna' | 'ben', Account>,
) {
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(LABELS));
  writeFileSync(join(folder, 'undecided.jsonl'), UNDECIDED.map((row) => `${JSON.stringify(row)}\n`).join(''));
  ours(folder, ['new', 'people.entail', '--labels', 'labels.json']);
  ours(folder, ['import', 'people.entail', 'undecided.jsonl']);
  const args = ['--format', 'label-studio', '--overwrite', '--unfinished'];
  ours(folder, ['export-data', 'people.entail', ...args, '--to', 'people.tasks.json']);
  const project = await projectOf(folder, 'people.tasks.json', owner);
  const tasks = await tasksOf(owner, project);
  const annotate = (who: Account, id: string, result: object[], more: object = {}) =>
    who.post<{ id: number }>(`/api/tasks/${tasks.get(id)}/annotations/?project=${project}`, {
      result,
      lead_time: 2.5,
      ...more,
    });
  const draft = (who: Account, id: string, result: object[], of = '') =>
    who.post(`/api/tasks/${tasks.get(id)}${of}/drafts?project=${project}`, { result, lead_time: 1.5 });

  await annotate(anna, 'both', [choices('labels', 'shipping', 'Food, drinks')]);
  await annotate(ben, 'both', [choices('labels', 'shipping'), written('comment', 'no food')]);
  await annotate(anna, 'none', []);
  await annotate(ben, 'skip', [], { was_cancelled: true });
  await draft(ben, 'draft', [choices('labels', 'C#')]);
  await annotate(anna, 'beside', [choices('labels', 'shipping')]);
  await draft(ben, 'beside', [choices('labels', 'C#')]);
  const { id } = await annotate(anna, 'reworked', [choices('labels', 'shipping')]);
  await draft(anna, 'reworked', [choices('labels', 'C#')], `/annotations/${id}`);
  await annotate(anna, 'truth', [choices('labels', 'C#')], { ground_truth: true });
  await write(folder, 'people', owner, project);
  await writeSnapshot(join(folder, 'people-snapshot.json'), owner, project);

  ours(folder, ['new', 'again-there.entail', '--labels', 'labels.json']);
  ours(folder, ['import', 'again-there.entail', 'people.json']);
  ours(folder, ['export-data', 'again-there.entail', ...args, '--to', 'again.tasks.json']);
  await write(folder, 'again', owner, await projectOf(folder, 'again.tasks.json', owner));
}

async function controls(folder: string, owner: Account, anna: Account): Promise<void> {
  const body = { title: 'two lists of choices', label_config: CONTROLS_CONFIG };
  const { id: project } = await owner.post<{ id: number }>('/api/projects/', body);
  const data = CONTROLS.rows.map(({ id, text }) => ({ data: { text, entail_id: id } }));
  await upload(owner, project, JSON.stringify(data));
  const tasks = await tasksOf(owner, project);
  const annotate = (id: string, ...result: object[]) =>
    anna.post(`/api/tasks/${tasks.get(id)}/annotations/?project=${project}`, { result });
  const stars = { id: 'stars', from_name: 'stars', to_name: 'text', type: 'rating', value: { rating: 4 } };
  const tone = (name: string) => choices('tone', name);
  await annotate(
    'c1',
    choices('label', 'shipping', 'Food, drinks'),
    tone('angry'),
    stars,
    written('why', 'so'),
  );
  await annotate('c2', choices('label', 'shipping'));
  await annotate('c3', tone('friendly'), stars);
  await write(folder, 'controls', owner, project);
}

const choices = (control: string, ...names: string[]) => ({
  id: control,
  from_name: control,
  to_name: 'text',
  type: 'choices',
  origin: 'manual',
  value: { choices: names },
});
const written = (control: string, text: string) => ({
  id: control,
  from_name: control,
  to_name: 'text',
  type: 'textarea',
  origin: 'manual',
  value: { text: [text] },
});

/** A project with the configuration that lies beside our export, and its tasks. */
async function projectOf(folder: string, file: string, owner: Account): Promise<number> {
  const label_config = readFileSync(join(folder, `${file}.config.xml`), 'utf8');
  const { id } = await owner.post<{ id: number }>('/api/projects/', { title: file, label_config });
  await upload(owner, id, readFileSync(join(folder, file), 'utf8'));
  return id;
}

async function upload(owner: Account, project: number, tasks: string): Promise<void> {
  const form = new FormData();
  form.append('file', new File([tasks], 'tasks.json', { type: 'application/json' }));
  await owner.post(`/api/projects/${project}/import`, form);
}

/** Numbers of tasks by the id that we gave them. */
async function tasksOf(owner: Account, project: number): Promise<Map<string, number>> {
  const answer = await owner.get(`/api/projects/${project}/tasks?page_size=100`);
  const tasks: { id: number; data: { entail_id: string } }[] = await answer.json();
  return new Map(tasks.map(({ id, data }) => [data.entail_id, id]));
}

function fileOf(stem: string, kind: (typeof KINDS)[number]): string {
  return { JSON: `${stem}.json`, JSON_MIN: `${stem}-min.json`, CSV: `${stem}.csv` }[kind];
}

async function write(folder: string, stem: string, owner: Account, project: number): Promise<void> {
  for (const kind of KINDS) {
    const path = `/api/projects/${project}/export?exportType=${kind}&download_all_tasks=true`;
    const bytes = await (await owner.get(path)).arrayBuffer();
    writeFileSync(join(folder, fileOf(stem, kind)), Buffer.from(bytes));
  }
}

/** Its other export: people are objects with addresses, predictions are whole. */
async function writeSnapshot(path: string, owner: Account, project: number): Promise<void> {
  const whole = { only_id: false };
  const { id } = await owner.post<{ id: number }>(`/api/projects/${project}/exports/`, {
    task_filter_options: { only_with_annotations: false },
    serialization_options: { drafts: whole, predictions: whole, annotations__completed_by: whole },
  });
  const answer = await owner.get(`/api/projects/${project}/exports/${id}/download?exportType=JSON`);
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
}
