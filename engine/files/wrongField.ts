import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What is wrong with a file of JSON, of the first field that is: `"model.vocab" is missing`. Without a dot at its end. */
export function wrongField({ issues: [issue] }: z.ZodError): string {
  const field = issue?.path.length ? `"${issue.path.join('.')}"` : 'its content';
  if (issue?.code !== 'invalid_type') return `${field}: ${issue?.message ?? 'it has another form'}`;
  // Of what is there, zod tells only in its message.
  if (issue.message.endsWith('undefined')) return `${field} is missing`;
  return `${field} must be ${KINDS[issue.expected] ?? issue.expected}`;
}
