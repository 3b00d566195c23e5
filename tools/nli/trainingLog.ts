import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Entry = z.looseObject({ step: z.number() });

/** A JSONL file that grows with the training: one object per line, each with its step. */
export function openLog(path: string, resumedAt: number): (entry: { step: number }) => void {
  const kept = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && stepOf(line) <= resumedAt)
    : [];
  writeFileSync(path, kept.map((line) => `${line}\n`).join(''));
  return (entry) => appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

/** A line that was cut off by a crash belongs to no step. */
function stepOf(line: string): number {
  try {
    return Entry.parse(JSON.parse(line)).step;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
