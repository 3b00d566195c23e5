import { join, relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../backend/importing/read.ts';
import { fileWith } from './formats/support.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** `String`, `Number` or a template of what a file may make anything of: {"toString": 1} throws a raw error there. */
test('no value of a file is made a text or a number before it is known what it is', () => {
  const { fileNames, options } = parsed();
  const within = join(ROOT, 'backend', 'importing');
  const program = ts.createProgram(
    fileNames.filter((file) => file.startsWith(within)),
    options,
  );
  const types = program.getTypeChecker();
  const found: string[] = [];
  let converted = 0;
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(within)) continue;
    const visit = (node: ts.Node): void => {
      const value = convertedIn(node);
      if (value) {
        converted += 1;
        if (mayBeAnything(types.getTypeAtLocation(value)))
          found.push(`${relative(ROOT, source.fileName)}: ${value.parent.getText().slice(0, 80)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(converted).toBeGreaterThan(100);
  expect(found).toEqual([]);
}, 120_000);

function parsed(): ts.ParsedCommandLine {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const found = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'tsconfig.node.json'), {}, host);
  if (!found) throw new Error('tsconfig.node.json cannot be read.');
  return found;
}

function convertedIn(node: ts.Node): ts.Expression | undefined {
  if (ts.isTemplateSpan(node)) return node.expression;
  const converts =
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    ['String', 'Number', 'BigInt'].includes(node.expression.text);
  return converts ? node.arguments[0] : undefined;
}

function mayBeAnything(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(
    (part) => (part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0,
  );
}

const HOSTILE = { toString: 1, valueOf: 1 };

test.each([
  ['ours.jsonl', { id: 'a', text: 'Late.', labels: ['price'], rejected: [], status: HOSTILE }],
  ['tasks.json', [{ id: 1, text: 'Late.', price: 'x', annotation_id: 3, annotator: 1, lead_time: HOSTILE }]],
  [
    'prodigy.jsonl',
    { text: 'Late.', options: [{ id: 'a', text: 'a', meta: HOSTILE }], accept: [], answer: 'accept' },
  ],
])('values that cannot be made a text or a number are read over: %s', async (name, content) => {
  const texts: string[] = [];
  for await (const item of readDocuments(fileWith(name, JSON.stringify(content)), {}))
    if (item.kind === 'document') texts.push(item.document.text);
  expect(texts).toEqual(['Late.']);
});
