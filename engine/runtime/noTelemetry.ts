/**
 * ONNX Runtime's official builds for Linux and macOS send usage events to their maker, and keep a device identifier in
 * the user's cache folder, unless this is set before the library is loaded (its docs/Privacy.md). Import this module
 * before `onnxruntime-node`. Only a process's main thread can set it for the library; worker threads are started by
 * code that has imported this.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
