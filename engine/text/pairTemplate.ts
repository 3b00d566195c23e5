import { EngineError } from '../errors.ts';
import type { PostProcessor } from './tokenizerLimits.ts';

/** One element of a pair: fixed ids, the premise or the hypothesis, with its token type. */
export type TemplatePart =
  | { readonly kind: 'special'; readonly ids: readonly number[]; readonly typeId: number }
  | { readonly kind: 'premise'; readonly typeId: number }
  | { readonly kind: 'hypothesis'; readonly typeId: number };

/** How a model joins premise and hypothesis, e.g. `[CLS] premise [SEP] hypothesis [SEP]`. */
export interface PairTemplate {
  readonly parts: readonly TemplatePart[];
  /** How many tokens of a pair are neither premise nor hypothesis. */
  readonly specialTokens: number;
}

/**
 * The pair template in the post-processor of tokenizer.json. Without one, premise and hypothesis follow each other.
 *
 * Throws `tokenizer_broken` when the template does not hold each of the two texts once.
 */
export function pairTemplateOf(processor: PostProcessor | null): PairTemplate {
  const parts = processor === null ? null : partsOf(processor);
  return templateFrom(parts ?? [premise(0), hypothesis(1)]);
}

const premise = (typeId: number): TemplatePart => ({ kind: 'premise', typeId });
const hypothesis = (typeId: number): TemplatePart => ({ kind: 'hypothesis', typeId });
const special = (typeId: number, ...ids: number[]): TemplatePart => ({ kind: 'special', ids, typeId });

function partsOf(processor: PostProcessor): TemplatePart[] | null {
  switch (processor.type) {
    case 'BertProcessing': {
      const [cls, sep] = [processor.cls[1], processor.sep[1]];
      return [special(0, cls), premise(0), special(0, sep), hypothesis(1), special(1, sep)];
    }
    case 'RobertaProcessing': {
      const [cls, sep] = [processor.cls[1], processor.sep[1]];
      return [special(0, cls), premise(0), special(0, sep, sep), hypothesis(0), special(0, sep)];
    }
    case 'TemplateProcessing':
      return processor.pair.map((part) => {
        if ('Sequence' in part) {
          const { id, type_id } = part.Sequence;
          return id === 'A' ? premise(type_id) : hypothesis(type_id);
        }
        const { id, type_id } = part.SpecialToken;
        const token = Object.hasOwn(processor.special_tokens, id) ? processor.special_tokens[id] : undefined;
        if (token === undefined) {
          throw new EngineError(
            'tokenizer_broken',
            `tokenizer.json uses a special token "${id}" that it does not define.`,
          );
        }
        return special(type_id, ...token.ids);
      });
    case 'Sequence': {
      const found = processor.processors.map(partsOf).filter((parts) => parts !== null);
      return found.at(-1) ?? null;
    }
    case 'ByteLevel':
      return null;
    default:
      return processor satisfies never;
  }
}

function templateFrom(parts: readonly TemplatePart[]): PairTemplate {
  const count = (kind: TemplatePart['kind']) => parts.filter((part) => part.kind === kind).length;
  if (count('premise') !== 1 || count('hypothesis') !== 1) {
    throw new EngineError(
      'tokenizer_broken',
      'The pair template in tokenizer.json does not hold both texts exactly once.',
    );
  }
  const specialTokens = parts.reduce((sum, part) => sum + (part.kind === 'special' ? part.ids.length : 0), 0);
  return { parts, specialTokens };
}
