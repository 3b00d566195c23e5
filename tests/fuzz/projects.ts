import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '../../backend/errors.ts';
import { checkProject } from '../../backend/project/check.ts';
import { openProject, type Project } from '../../backend/project/file.ts';
import { suggestionsOf } from '../../backend/suggesting/reader.ts';
import { mutateBytes, Random } from './mutate.ts';
import {
  type FieldCase,
  fieldCases,
  fullProject,
  fullProjectOfVersion1,
  setField,
  tryField,
} from './project-fields.ts';
import { wrongSentence } from './sentences.ts';
import { type FuzzTarget, type Outcome, oneByOne } from './target.ts';

/** Of so many inputs one is looked at with everything that the screens ask for. */
const SCREENS = 50;
const OLD = 16;

/** Small projects with one to four fields that no Entail wrote: checked, opened, read, and opened again. */
export function projects(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  process.env.ENTAIL_HOME = home;
  const now = join(folder, 'now.entail');
  const old = join(folder, 'old.entail');
  fullProject(now);
  fullProjectOfVersion1(old);
  const cases = new Map([now, old].map((path) => [path, fieldCases(path)]));

  const run = async (number: number): Promise<Outcome> => {
    const random = new Random(number);
    const source = random.integer(OLD) === 0 ? old : now;
    const all = cases.get(source) ?? [];
    if (number % SCREENS === 0) {
      const wrong = await tryField(source, random.pick(all), { folder, home, number });
      return { kind: 'screens', fault: wrong.length > 0 ? wrong.join(' | ').slice(0, 1000) : undefined };
    }
    const fields = Array.from({ length: 1 + Math.max(0, random.integer(6) - 2) }, () => {
      const given = random.pick(all);
      return random.integer(3) === 0 ? { ...given, kind: 'changed', change: changeBy(random) } : given;
    });
    const path = join(folder, 'case.entail');
    copyFileSync(source, path);
    const set = fields.filter((field) => setField(path, field));
    const outcome = judged(path);
    const input = outcome.fault ? { name: `project-${number}.entail`, bytes: readFileSync(path) } : undefined;
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
    const what = set.map(({ table, column, kind }) => `${table}.${column} = ${kind}`).join(', ');
    return { kind: outcome.kind, fault: outcome.fault && `${what}: ${outcome.fault}`, input };
  };
  return oneByOne('project', run, async () => rmSync(folder, { recursive: true, force: true }));
}

/** A value like the one that is there: bytes flipped or put in, a number beside it or far away. */
const changeBy =
  (random: Random): NonNullable<FieldCase['change']> =>
  (value) => {
    if (typeof value === 'bigint' || typeof value === 'number')
      return Number(value) + (random.integer(2) === 0 ? random.integer(9) - 4 : random.integer(2 ** 31) * 4);
    const bytes = mutateBytes(Buffer.from(Buffer.isBuffer(value) ? value : String(value)), AMONG, random);
    return Buffer.isBuffer(value) ? bytes : bytes.toString();
  };

const AMONG = Buffer.from(
  '{"entailment":1e999,"wording":["a"],"__proto__":{"polluted":1}} ../../etc/passwd\0 1 2',
);

function judged(path: string): Outcome {
  let fault: string | undefined;
  const blame = (sentence: string | undefined) => {
    fault ??= sentence;
  };
  const refused = (during: string, error: unknown): string => {
    if (!(error instanceof BackendError))
      blame(`${during}: a raw error: ${(error as Error)?.stack ?? error}`);
    else blame(wrongSentence(error.message));
    return error instanceof BackendError ? error.code : 'raw';
  };
  let listed: readonly string[] | undefined;
  try {
    listed = checkProject(path).problems;
    for (const sentence of listed) blame(wrongSentence(sentence));
  } catch (error) {
    refused('check', error);
  }
  let kind = 'sound';
  for (const round of ['first', 'again']) {
    let project: Project | undefined;
    try {
      project = openProject(path);
      const { strange } = project;
      if (round === 'first' && strange.length > 0) kind = 'put aside';
      if (round === 'again' && strange.length > 0) blame(`found again: ${strange.join(' ')}`);
      if (listed === undefined) blame('check refuses what opens');
      for (const sentence of strange) blame(wrongSentence(sentence));
      if (round === 'first' && listed?.length === 0 && strange.length > 0)
        blame(`check says it is sound, opening: ${strange.join(' ')}`);
      readAll(project);
    } catch (error) {
      const code = refused(`open (${round})`, error);
      if (project) blame(`reading what was opened fails: ${code} ${String(error).slice(0, 300)}`);
      if (round === 'again' && kind !== code) blame(`opens once, then: ${code}`);
      kind = code;
    }
    try {
      project?.close();
    } catch (error) {
      blame(`close: ${String(error)}`);
    }
  }
  if ('polluted' in {}) blame('the prototype of all objects was changed');
  return { kind, fault };
}

/** What every screen begins with. */
function readAll(project: Project): void {
  const { stores } = project;
  stores.labels.all();
  stores.runs.all();
  for (const id of stores.documents.ids()) {
    stores.documents.get(id);
    suggestionsOf(project).row(id);
  }
}
