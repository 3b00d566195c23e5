#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Node strips types with WebAssembly, in each thread: freeing its code while other threads begin or end can end the
// process (V8's table of code pages: nodejs/node#64500). What is kept instead are a few kilobytes a thread.
setFlagsFromString('--no-wasm-code-gc');
await import('./main.ts');
