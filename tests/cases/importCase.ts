import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { entail, type Ran } from './cli.ts';
import { compared } from './compare.ts';
import type { Step } from './expectations.ts';
import { documentsIn } from './projectState.ts';

const Report = z.looseObject({
  newLabels: z.array(z.string()),
  problems: z.array(
    z.looseObject({ place: z.looseObject({ line: z.int().optional(), record: z.int().optional() }) }),
  ),
});

/** What differs from what a person should get, in words. */
export async function differences(folder: string, step: Step, dir: string): Promise<string[]> {
  const project = join(dir, 'case.entail');
  const files = step.files.map((file) => join(folder, file));
  const options = step.options ?? [];
  const made = entail(dir, ['new', project, ...labelsFor(folder, step, dir)]);
  if (made.code !== 0) return [`the project was not made: ${made.err}`];
  const ran = entail(dir, ['import', project, ...files, ...options, '--json']);
  const answered =
    step.answers === undefined || ran.code !== 0
      ? null
      : entail(dir, ['annotate', project, '--from', join(folder, step.answers), '--as', 'ada']);
  const failedRun = [ran, answered].find((one) => one !== null && one.code !== 0);
  if (step.fails !== undefined) return failureDiffers(failedRun ?? null, step.fails);
  // Where every row is refused the report is there, and the command has failed.
  const nothing = step.count === 0 && step.refused !== undefined;
  if (nothing && ran.code !== 1) return [`it ended with ${ran.code} though nothing came in`];
  if (failedRun && !(nothing && failedRun === ran)) return [`it failed: ${failedRun.err}`];
  const report = Report.parse(JSON.parse(ran.out));
  const found = compared(step, {
    documents: documentsIn(project),
    newLabels: report.newLabels,
    refused: report.problems.map(({ place }) => place.line ?? place.record),
    report,
  });
  if (step.told) {
    // In the words that people read: another import of the same, into a project of its own.
    const again = join(dir, 'words.entail');
    entail(dir, ['new', again, ...labelsFor(folder, step, dir)]);
    const { out } = entail(dir, ['import', again, ...files, ...options]);
    if (!step.told.test(out)) found.push(`${step.told} is not told: ${out}`);
  }
  return found;
}

function labelsFor(folder: string, { labels }: Step, dir: string): string[] {
  if (labels !== undefined) return ['--labels', join(folder, labels)];
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'other.json');
  writeFileSync(path, '["unused here"]');
  return ['--labels', path];
}

function failureDiffers(ran: Ran | null, code: string): string[] {
  if (ran === null) return [`it did not fail with ${code}`];
  return ran.err.includes(code) || new RegExp(SENTENCES[code] ?? code).test(ran.err)
    ? []
    : [`it failed with: ${ran.err}`];
}

/** Failures by what people read of them: the command line does not print codes. */
export const SENTENCES: Readonly<Record<string, string>> = {
  annotation_invalid: 'no document with the id',
  text_column_unclear: 'unclear which column .* is the text',
  labels_not_documents: 'is a list of labels',
  too_many_labels: 'more than 1000 different labels|at most 1000 labels',
  workbook_broken: 'no readable workbook',
};
