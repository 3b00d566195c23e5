// The order matters: the library reads its environment once.
import './noTelemetry.ts';
import * as ort from 'onnxruntime-node';

/** The only way to ONNX Runtime: with its telemetry off. */
export { ort };
