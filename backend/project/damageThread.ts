import { parentPort, workerData } from 'node:worker_threads';
import { damageIn } from './store/wholeness.ts';

/** The thread that reads a copy, so that annotating goes on meanwhile. */
parentPort?.postMessage(damageIn(workerData as string));
