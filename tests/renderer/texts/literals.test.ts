import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..', 'renderer', 'src');

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}
type Path = readonly Node[];

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function walk(node: Node, visit: (node: Node, path: Path) => void, path: Path = []): void {
  visit(node, path);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'metadata' || key === 'parent') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, [...path, node]);
    }
  }
}

/** Attributes and properties that are read or heard; of other attributes only the sentences count. */
const TOLD =
  /^(aria-(label|description|valuetext|roledescription|placeholder)|title|placeholder|alt|label|text|lead|hint|none|summary|xName|yName|rightName|failure|message)$/;
/** Names that are the same in every language: languages and formats call themselves so. */
const NAMES = new Set([
  'Entail',
  'English',
  'Deutsch',
  'Python',
  'JavaScript',
  'config.json, tokenizer.json',
]);
/** What browsers call keys and what a drag brings. */
const CALLED_SO = new Set(
  'Tab Escape Enter Shift Control Alt Meta Mac Dead Process Unidentified Backspace Delete Home End Files'.split(
    ' ',
  ),
);
const UNSEEN = [
  // For the model, which reads English.
  /^(This text|The author|The topic|This is a request)/,
  // For who looks at the code.
  /^The page has no place|^Entail was started again/,
  // Selectors, colours and lists of endings.
  /^(input|button|main :is)|^\(prefers-color-scheme|color-mix\(|^var\(/,
  /^(pdf|zip|exe|png|db) [a-z0-9 ]+$/,
];

/** A word of the page, in a place where only words stand. */
const hasWord = (text: string): boolean => /\p{L}{2}/u.test(text);
/** Words in a row, as no class, key or address has them. */
const isSentence = (text: string): boolean => /\p{L}{2,}[,;:]? \p{L}+|^\p{Lu}\p{Ll}+(…|\.)?$/u.test(text);

function attributeOf(path: Path): string | undefined {
  const attribute = path.findLast(({ type }) => type === 'Attribute');
  return attribute ? String(attribute.name) : undefined;
}

/** A literal that is compared, named as a key or imported is not shown. */
function isShown(path: Path, node: Node): boolean {
  const parent = path.at(-1);
  if (!parent) return false;
  if (/^(Import|Export|TSLiteralType|BinaryExpression|ThrowStatement|TSPropertySignature)/.test(parent.type))
    return parent.type === 'BinaryExpression' && parent.operator === '+';
  if (parent.type === 'Property' && parent.key === node) return false;
  if (parent.type === 'MemberExpression' || parent.type === 'SwitchCase') return false;
  return !path.some(({ type }) => type === 'TSTypeAnnotation' || type === 'RegularExpression');
}

/** Texts of a component or module that a person could read or hear and that are not from the catalogue. */
function literalsOf(source: string): string[] {
  const found: string[] = [];
  const take = (text: string, told: boolean) => {
    const trimmed = text.trim().replace(/\s+/g, ' ');
    if (NAMES.has(trimmed) || CALLED_SO.has(trimmed) || UNSEEN.some((pattern) => pattern.test(trimmed)))
      return;
    if (told ? hasWord(trimmed) : isSentence(trimmed)) found.push(trimmed);
  };
  walk(parse(source, { modern: true }) as unknown as Node, (node, path) => {
    const attribute = attributeOf(path);
    if (
      path.some(({ type, name }) => type === 'StyleSheet' || (type === 'RegularElement' && name === 'style'))
    )
      return;
    if (node.type === 'Text' && (attribute === undefined || TOLD.test(attribute)))
      take(String(node.data), true);
    const text =
      node.type === 'Literal' && typeof node.value === 'string'
        ? node.value
        : node.type === 'TemplateElement'
          ? String((node.value as { cooked?: string }).cooked ?? '')
          : null;
    if (text === null || attribute === 'class' || !isShown(path, node)) return;
    const inTag = path.some(({ type }) => type === 'ExpressionTag');
    const quasi = node.type === 'TemplateElement';
    const tag = inTag && (attribute === undefined || TOLD.test(attribute));
    // `name` and the like are also given to things that nobody reads: only sentences count outside attributes.
    take(text, tag && !quasi ? isWordInTag(path) : false);
  });
  return found;
}

/** In `{open ? 'Close' : 'Open'}` a word is shown; in `{f('key')}` it is an argument. */
const isWordInTag = (path: Path): boolean =>
  path
    .slice(path.findLastIndex(({ type }) => type === 'ExpressionTag') + 1)
    .every(({ type }) => /^(ConditionalExpression|LogicalExpression|TemplateLiteral)$/.test(type));

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(svelte|ts)$/.test(name) && !name.startsWith('texts/'));

const moduleAsComponent = (source: string) => `<script lang="ts">${source}</script>`;

test('no component and no module has a text of its own: all stand in the catalogue', () => {
  const left = files.flatMap((name) => {
    const source = readFileSync(join(ROOT, name), 'utf8');
    return literalsOf(name.endsWith('.svelte') ? source : moduleAsComponent(source)).map(
      (text) => `${name}: ${text}`,
    );
  });
  expect(files.length).toBeGreaterThan(100);
  expect(left).toEqual([]);
});

test('texts that would be left are found, wherever they stand', () => {
  const component = `<script lang="ts">
  import { say } from './toasts.ts';
  const ROLES = [['id', 'to find rows again']] as const;
  say('It is done.');
  const kind: 'some thing' = 'plain';
  </script>
  <button class="quiet small" aria-label="Close">Undo</button>
  <input placeholder={empty ? 'Words' : 'word'} class={['own', on && 'taken']} />
  <p title={\`\${n} of all\`}>{busy ? 'Copying…' : 'Copy'} <kbd>/</kbd> {kind === 'never shown this'}</p>`;
  expect(literalsOf(component).sort()).toEqual(
    [
      'to find rows again',
      'It is done.',
      'Close',
      'Undo',
      'Words',
      'word',
      'of all',
      'Copying…',
      'Copy',
    ].sort(),
  );
});
