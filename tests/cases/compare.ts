import type { Step } from './expectations.ts';

/** What an import left and told, whichever way it was done. */
export interface Got {
  readonly documents: readonly string[];
  readonly newLabels: readonly string[];
  /** Lines or records of the rows that were refused. */
  readonly refused: readonly (number | undefined)[];
  /** The other parts of a report by name; one that is undefined is not told in this way. */
  readonly report: Readonly<Record<string, unknown>>;
}

/** What differs from what a person should get, in words; what is told is looked at elsewhere. */
export function compared(step: Step, { documents, newLabels, refused, report }: Got): string[] {
  const found: string[] = [];
  const expectSame = (what: string, got: unknown, wanted: unknown) => {
    if (JSON.stringify(got) !== JSON.stringify(wanted))
      found.push(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  };
  if (step.documents) expectSame('documents', documents, step.documents);
  if (step.count !== undefined) expectSame('number of documents', documents.length, step.count);
  if (step.newLabels) expectSame('new labels', newLabels, step.newLabels);
  expectSame('refused rows', refused, step.refused ?? []);
  for (const [name, wanted] of Object.entries(step.report ?? {})) expectSame(name, report[name], wanted);
  return found;
}
