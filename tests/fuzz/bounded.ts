import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '../../backend/errors.ts';
import { lookAt, readDocuments, readJsonlRows } from '../../backend/importing/bounded.ts';
import { importFiles } from '../../backend/importing/importing.ts';
import { createProject, type Project } from '../../backend/project/file.ts';
import { readerInput } from './readerInputs.ts';
import { wrongSentence } from './sentences.ts';
import { type FuzzTarget, type Outcome, oneByOne } from './target.ts';

/** Milliseconds. */
const STALLED = 5000;

/** Files into one project: enough that they meet what others left, few enough that it stays small. */
const IMPORTED = 40;

/**
 * The inputs of the readers' target over the way that the program goes: through a process that is ended by it. Every
 * second one goes all the way into a project that has what those before it brought.
 */
export function bounded(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
  let project: Project | undefined;
  let imported = 0;
  const projectFor = (): Project => {
    if (project && imported++ % IMPORTED !== 0) return project;
    project?.close();
    if (project) rmSync(project.path);
    project = createProject(join(folder, 'into.entail'));
    return project;
  };
  const run = async (number: number): Promise<Outcome> => {
    const input = readerInput(number);
    const path = join(folder, `input${input.extension}`);
    writeFileSync(path, input.bytes);
    const bounds = { stalledMs: input.extension === '.parquet' ? STALLED : 60 * STALLED };
    let kind = 'read';
    let fault: string | undefined;
    const look = (sentence: string) => {
      fault ??= wrongSentence(sentence);
    };
    try {
      if (number % 2 === 0) {
        const { problems } = await importFiles(projectFor(), {
          ...input.options,
          // Reading is bounded by the clock, and a fuzzer of the lowest priority may stand still for long.
          ...bounds,
          files: [path],
          annotator: 'ada',
          absent: ABSENT[number % ABSENT.length],
          conflicts: number % 3 === 0 ? 'theirs' : 'mine',
        });
        kind = 'imported';
        for (const { reason } of problems) look(reason);
      } else if (input.way === 'columns') await lookAt(path, input.options, bounds);
      else {
        const rows =
          input.way === 'rows' ? readJsonlRows(path, bounds) : readDocuments(path, input.options, bounds);
        for await (const row of rows) if ('problem' in row) look(row.problem.reason);
      }
    } catch (error) {
      if (!(error instanceof BackendError))
        fault = `a raw error: ${error instanceof Error ? error.stack : String(error)}`;
      else {
        kind = error.code;
        look(error.message);
        if (CONTAINED.has(kind)) {
          if (input.extension !== '.parquet') fault ??= `${kind}: ${error.message}`;
          kind = `contained: ${kind}`;
        }
      }
    }
    return { kind, fault, input: { name: `readers-${number}${input.extension}`, bytes: input.bytes } };
  };
  return oneByOne('bounded', run, async () => {
    project?.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

const ABSENT = ['no', 'open', undefined] as const;

/** A library for Parquet may fail, hang or fill memory over a damaged file: its process is ended and that is told. */
const CONTAINED: ReadonlySet<string> = new Set([
  ...['file_damaged', 'reading_stalled', 'reading_memory', 'reading_crashed'],
]);
