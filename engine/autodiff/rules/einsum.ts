import { stringOf } from '../../graph/graph.ts';
import { defineVariadicRule, type RuleContext } from '../registry.ts';

/** The letters of an equation's terms, "bij,jk->bik"; without an arrow, those that occur once come out, in their order. */
function termsOf({ node, unsupported }: RuleContext): { inputs: readonly string[]; output: string } {
  const equation = stringOf(node, 'equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const inputs = left.split(',');
  const all = inputs.join('');
  const once = [...new Set(all)].filter((letter) => all.split(letter).length === 2).sort();
  const output = right ?? once.join('');
  const terms = [...inputs, output];
  if (!terms.every((term) => /^[a-zA-Z]*$/.test(term))) return unsupported(`its equation is "${equation}"`);
  if (terms.some((term) => new Set(term).size < term.length))
    return unsupported(`a term of "${equation}" has a letter twice`);
  return { inputs, output };
}

/** d/dA of Σ A·B: the same sum with dY in A's place and A's letters in the output's. */
defineVariadicRule('Einsum', (c) => {
  const { b, node, x, dy, index } = c;
  const { inputs, output } = termsOf(c);
  const others = inputs.flatMap((term, i) => (i === index ? [] : [{ term, value: x[i]! }]));
  const own = inputs[index]!;
  const known = new Set(output + others.map(({ term }) => term).join(''));
  if (![...own].every((letter) => known.has(letter)))
    return c.unsupported(`an axis of "${stringOf(node, 'equation', '')}" is summed by itself`);
  const equation = `${[output, ...others.map(({ term }) => term)].join(',')}->${own}`;
  return c.likeInput(b.emit('Einsum', [dy, ...others.map(({ value }) => value)], { equation }));
});
