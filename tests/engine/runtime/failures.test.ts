import { expect, test } from 'vitest';
import { saysOutOfMemory, withoutPlaces } from '../../../engine/runtime/failures.ts';

const PLACE = '/onnxruntime_src/onnxruntime/core';

test('where in its own source ONNX Runtime failed is nothing for people', () => {
  const unsupported = `${PLACE}/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const Logger&, const std::function<void(int)>&) Unsupported model IR version: 99`;
  expect(withoutPlaces(unsupported)).toBe('Unsupported model IR version: 99');
  const memory = `Non-zero status code. Status Message: ${PLACE}/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 8`;
  expect(withoutPlaces(memory)).toBe(
    'Non-zero status code. Status Message: Failed to allocate memory for requested buffer of size 8',
  );
  expect(saysOutOfMemory(memory)).toBe(true);
  const constant = `${PLACE}/graph/graph.cc:15 void onnxruntime::Graph::Check() const Graph output (out0) does not exist.`;
  expect(withoutPlaces(constant)).toBe('Graph output (out0) does not exist.');
  expect(withoutPlaces('Invalid dimension: -1 (of "a/b.onnx")')).toBe(
    'Invalid dimension: -1 (of "a/b.onnx")',
  );
});
