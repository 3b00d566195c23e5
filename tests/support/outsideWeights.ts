import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../engine/onnx/schema/onnx_pb.js';

/** Moves all weights of a model's file into a file beside it, as exporters do with large models; `location` is what it says. */
export function moveWeightsOutside(path: string, name: string, location = name): void {
  const proto = fromBinary(ModelProtoSchema, readFileSync(path));
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of proto.graph?.initializer ?? []) {
    const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
    tensor.externalData = [
      entry('location', location),
      entry('offset', String(offset)),
      entry('length', String(tensor.rawData.length)),
    ];
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    parts.push(tensor.rawData);
    offset += tensor.rawData.length;
    tensor.rawData = new Uint8Array();
  }
  writeFileSync(path, toBinary(ModelProtoSchema, proto));
  writeFileSync(join(dirname(path), name), Buffer.concat(parts));
}
