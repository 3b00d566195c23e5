import { EngineError } from '../errors.ts';

/** Which output of an NLI model is which class. A two-class model's `contradiction` is its not_entailment. */
export type NliClasses =
  | {
      readonly kind: 'three';
      readonly entailment: number;
      readonly contradiction: number;
      readonly neutral: number;
    }
  | { readonly kind: 'two'; readonly entailment: number; readonly contradiction: number };

type ClassName = 'entailment' | 'contradiction' | 'neutral' | 'notEntailment';

/** Spelling without case, spaces and punctuation → class. */
const SPELLINGS: ReadonlyMap<string, ClassName> = new Map([
  ...['entailment', 'entail', 'entails', 'entailed', 'entailing'].map(
    (name) => [name, 'entailment'] as const,
  ),
  ...['contradiction', 'contradict', 'contradicts', 'contradicted', 'contradictory'].map(
    (name) => [name, 'contradiction'] as const,
  ),
  ...['neutral', 'neutrality'].map((name) => [name, 'neutral'] as const),
  ...['notentailment', 'nonentailment', 'noentailment', 'notentail', 'notentailed', 'notentails'].map(
    (name) => [name, 'notEntailment'] as const,
  ),
]);

/**
 * The classes of an NLI model from the names in its config, in any order, case and spelling, or from what the user
 * said (`override`, which makes the names irrelevant).
 *
 * outputs: columns of the logits, 2 or 3. Throws `labels_unmapped` when the names don't tell (LABEL_0), two are the
 * same, one is missing, their number differs from `outputs`, or the override names no two different outputs.
 */
export function findClasses(
  id2label: Readonly<Record<string, string>>,
  outputs: number,
  override?: { readonly entailment: number; readonly contradiction: number },
): NliClasses {
  if (outputs !== 2 && outputs !== 3)
    throw unmapped(`it has ${outputs} outputs where an NLI model has 2 or 3`);
  if (override !== undefined) return chosenClasses(override, outputs);
  const found = indexByClass(id2label, outputs);
  const { entailment, contradiction, neutral, notEntailment } = found;
  if (entailment === undefined) throw unmapped('none of its classes is named entailment');
  if (outputs === 3) {
    if (contradiction === undefined || neutral === undefined) {
      throw unmapped('its three classes are not entailment, neutral and contradiction');
    }
    return { kind: 'three', entailment, contradiction, neutral };
  }
  const opposite = notEntailment ?? contradiction;
  if (opposite === undefined) throw unmapped('its second class is neither not_entailment nor contradiction');
  return { kind: 'two', entailment, contradiction: opposite };
}

/** Number of columns of the logits. */
export function classCount({ kind }: NliClasses): number {
  return kind === 'three' ? 3 : 2;
}

function indexByClass(
  id2label: Readonly<Record<string, string>>,
  outputs: number,
): Partial<Record<ClassName, number>> {
  const count = Object.keys(id2label).length;
  if (count !== outputs) throw unmapped(`its config names ${count} classes and it has ${outputs} outputs`);
  const found: Partial<Record<ClassName, number>> = {};
  for (let index = 0; index < outputs; index++) {
    const name = Object.hasOwn(id2label, String(index)) ? id2label[String(index)] : undefined;
    if (typeof name !== 'string') throw unmapped(`its config has no name for class ${index}`);
    const known = SPELLINGS.get(
      name
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, ''),
    );
    if (known === undefined) throw unmapped(`the name "${name}" of class ${index} does not say which it is`);
    if (found[known] !== undefined) throw unmapped(`classes ${found[known]} and ${index} have the same name`);
    found[known] = index;
  }
  return found;
}

function chosenClasses(
  { entailment, contradiction }: { entailment: number; contradiction: number },
  outputs: 2 | 3,
): NliClasses {
  const valid = [entailment, contradiction].every(
    (index) => Number.isInteger(index) && index >= 0 && index < outputs,
  );
  if (!valid || entailment === contradiction) {
    throw unmapped(`${entailment} and ${contradiction} are not two different ones of its ${outputs} outputs`);
  }
  if (outputs === 2) return { kind: 'two', entailment, contradiction };
  return { kind: 'three', entailment, contradiction, neutral: 3 - entailment - contradiction };
}

const unmapped = (reason: string) =>
  new EngineError('labels_unmapped', `The model's classes are unclear: ${reason}.`, { code: 'name_classes' });
