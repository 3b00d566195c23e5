import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph } from '../../engine/graph/graph.ts';
import { readModel } from '../../engine/onnx/read.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { WORDS, writeTinyModel } from './tinyModel.ts';

/**
 * A tiny model whose logits go through a Loop of 2^62 turns. `when` 'long': only if a batch has the word "colour"
 * more than five times, so that it loads, is checked and answers other texts.
 */
export function writeEndlessModel(dir: string, when: 'always' | 'long' = 'always'): void {
  writeTinyModel(dir);
  const path = join(dir, 'model.onnx');
  const model = readModel(path);
  const { graph } = model;
  const scalar = (value: bigint) => new Uint8Array(BigInt64Array.of(value).buffer);
  graph.initializers.set('turns', { dtype: 'int64', dims: [], bytes: scalar(2n ** 62n) });
  graph.initializers.set('yes', { dtype: 'bool', dims: [], bytes: Uint8Array.of(1) });
  const op = (name: string, inputs: string[], output: string) => ({
    op: name,
    domain: '',
    name: `${name}_${output}`,
    inputs,
    outputs: [output],
    attributes: new Map(),
  });
  graph.nodes.at(-1)!.outputs = ['logits_before'];
  let first = 'yes';
  if (when === 'long') {
    const word = WORDS.indexOf('colour');
    graph.initializers.set('colour', { dtype: 'int64', dims: [], bytes: scalar(BigInt(word)) });
    graph.initializers.set('five', { dtype: 'int64', dims: [], bytes: scalar(5n) });
    const whole = { kind: 'int', value: 0 } as const;
    const int64 = { kind: 'int', value: 7 } as const;
    graph.nodes.push(op('Equal', ['input_ids', 'colour'], 'is_colour'));
    graph.nodes.push({ ...op('Cast', ['is_colour'], 'colours'), attributes: new Map([['to', int64]]) });
    graph.nodes.push({
      ...op('ReduceSum', ['colours'], 'count'),
      attributes: new Map([['keepdims', whole]]),
    });
    graph.nodes.push(op('Greater', ['count', 'five'], 'is_long'));
    first = 'is_long';
  }
  const body: Graph = {
    name: 'body',
    nodes: [op('Identity', ['on_in'], 'on_out'), op('Identity', ['x_in'], 'x_out')],
    initializers: new Map(),
    inputs: [
      { name: 'turn', dtype: 'int64', dims: [] },
      { name: 'on_in', dtype: 'bool', dims: [] },
      { name: 'x_in', dtype: 'float32', dims: null },
    ],
    outputs: [
      { name: 'on_out', dtype: 'bool', dims: [] },
      { name: 'x_out', dtype: 'float32', dims: null },
    ],
  };
  graph.nodes.push({
    ...op('Loop', ['turns', first, 'logits_before'], 'logits'),
    attributes: new Map([['body', { kind: 'graph', value: body }]]),
  });
  writeFileSync(path, writeModel(model));
}
