import { closeSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { expect, test, vi } from 'vitest';
import { openModelFolder } from '../../../engine/model/folder.ts';
import { readModel } from '../../../engine/onnx/read.ts';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../../engine/onnx/schema/onnx_pb.js';
import { writeModel } from '../../../engine/onnx/write.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

vi.mock('../../../process/machineMemory.ts', () => ({ machineMemory: () => 1_000_000 }));

/** A tiny model with more tensors, none of which it computes with. */
function withTensors(...tensors: Parameters<typeof create<typeof TensorProtoSchema>>[1][]): string {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const path = join(dir, 'model.onnx');
  const model = fromBinary(ModelProtoSchema, writeModel(readModel(path)));
  model.graph!.initializer.push(...tensors.map((tensor) => create(TensorProtoSchema, tensor)));
  writeFileSync(path, toBinary(ModelProtoSchema, model));
  return dir;
}

const tooHeavy = {
  code: 'model_too_heavy',
  message: '"model.onnx" has more weights than fit into the memory of this computer.',
};

test('one range of a file that many tensors name counts each time', () => {
  const dir = withTensors(
    ...Array.from({ length: 30 }, (_, i) => ({
      name: `again ${i}`,
      dataType: TensorProto_DataType.FLOAT,
      dims: [10_000n],
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [create(StringStringEntryProtoSchema, { key: 'location', value: 'data' })],
    })),
  );
  writeFileSync(join(dir, 'data'), Buffer.alloc(40_000));
  expect(() => readModel(join(dir, 'model.onnx'))).toThrow(expect.objectContaining(tooHeavy));
});

test('a tensor without its data makes nothing of the size that it claims', () => {
  const claimed = { name: 'empty', dataType: TensorProto_DataType.FLOAT16 };
  const huge = withTensors({ ...claimed, dims: [2n ** 31n, 2n ** 17n] });
  expect(() => readModel(join(huge, 'model.onnx'))).toThrow(expect.objectContaining(tooHeavy));
  const large = withTensors({ ...claimed, dims: [400_000n] });
  expect(() => readModel(join(large, 'model.onnx'))).toThrow(/has 0 bytes of data for a shape that needs/);
});

test('a model file that can’t be read whole is refused before anything reads it', async () => {
  const dir = withTensors();
  const path = join(dir, 'model.onnx');
  closeSync(openSync(path, 'a'));
  truncateSync(path, 3e9);
  await expect(openModelFolder(dir)).rejects.toMatchObject({
    code: 'model_too_large',
    message: '"model.onnx" is larger than 2 GB, the most one ONNX file can hold.',
  });
});
