import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { filledHypothesis, hypothesisFor } from '../../engine/light.ts';
import { BackendError } from '../errors.ts';
import { DEFAULT_TEMPLATE } from '../labels/labels.ts';
import { parseJson } from './json.ts';
import { requireFile } from './source.ts';

export interface LabelDefinition {
  readonly name: string;
  readonly description: string;
  readonly hypotheses: readonly string[];
  /** From which probability on it applies; exported models bring theirs. */
  readonly threshold: number | null;
  /** #rrggbb */
  readonly color?: string;
  readonly key?: string;
}

const Name = z
  .string()
  .trim()
  .min(1, 'a label has an empty name')
  .max(200, 'a label is longer than 200 characters');
const Sentence = z.string().trim().min(1).max(2000);
/** As doccano lists labels, in both of its spellings. */
const DoccanoLabel = z
  .object({
    text: Name,
    suffix_key: z.string().nullish(),
    suffixKey: z.string().nullish(),
    background_color: z.string().nullish(),
    backgroundColor: z.string().nullish(),
  })
  .transform(({ text, suffix_key, suffixKey, background_color, backgroundColor }) => {
    const color = background_color ?? backgroundColor;
    const key = suffix_key ?? suffixKey;
    return {
      name: text,
      ...(/^#[\da-f]{6}$/i.test(color ?? '') && { color: color?.toLowerCase() }),
      ...(/^[\da-z]$/i.test(key ?? '') && { key: key?.toLowerCase() }),
    };
  });
const Labels = z
  .array(
    z.union([
      Name.transform((name) => ({ name })),
      DoccanoLabel,
      z.object({
        name: Name,
        description: z.string().max(20_000).nullish(),
        hypothesis: Sentence.nullish(),
        hypotheses: z.array(Sentence).max(20).nullish(),
        threshold: z.number().min(0).max(1).nullish(),
      }),
    ]),
  )
  .max(1000, 'it has more than 1,000 labels');

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads labels.json: names, or objects with name, description and hypothesis. Throws `labels_invalid`, naming it, also for
 * an empty list, unless it may be one.
 */
export async function readLabelsFile(
  path: string,
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): Promise<LabelDefinition[]> {
  const name = basename(path);
  const { size } = await requireFile(path);
  if (size > MAX_BYTES) throw invalid(name, 'it is larger than 16 MB');
  const text = await readFile(path, 'utf8');
  let json: unknown;
  try {
    json = parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    throw invalid(name, 'it is not valid JSON');
  }
  const parsed = Labels.safeParse(json);
  if (!parsed.success) throw invalid(name, reasonOf(parsed.error));
  if (parsed.data.length === 0 && !mayBeEmpty) throw invalid(name, 'it has no label');
  return parsed.data.map((label) => {
    const {
      name: own,
      description,
      hypothesis,
      hypotheses,
      threshold,
      color,
      key,
    } = {
      ...NOTHING,
      ...label,
    };
    const given = hypotheses && hypotheses.length > 0 ? hypotheses : hypothesis ? [hypothesis] : [];
    return {
      name: own,
      description: description ?? '',
      hypotheses:
        given.length > 0
          ? given.map((sentence) => filledHypothesis(sentence, own))
          : [hypothesisFor(DEFAULT_TEMPLATE, own)],
      threshold: threshold ?? null,
      ...(color !== undefined && { color }),
      ...(key !== undefined && { key }),
    };
  });
}

const NOTHING: {
  description?: string | null;
  hypothesis?: string | null;
  hypotheses?: string[] | null;
  threshold?: number | null;
  color?: string;
  key?: string;
} = {};

function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const at = issue?.path.length
    ? `entry ${issue.path.map((part) => (typeof part === 'number' ? part + 1 : String(part))).join(', ')}: `
    : '';
  return `${at}${issue?.code === 'invalid_union' ? 'it is neither a name nor an object with a name' : (issue?.message ?? 'it has another form')}`;
}

const invalid = (name: string, reason: string) =>
  new BackendError(
    'labels_invalid',
    `"${name}" is no list of labels: ${reason}.`,
    'Write ["name", …] or [{"name": "…", "description": "…", "hypothesis": "…"}, …].',
  );
