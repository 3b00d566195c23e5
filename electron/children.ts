import { fork } from 'node:child_process';
import { type MessagePortMain, utilityProcess } from 'electron';
import { GREED_MARK, GREED_WORDS } from '../process/greed.ts';
import { stackOnly } from '../process/log.ts';
import { childEnvironment, unpacked } from './paths.ts';

/** A process of ours: backend or engine. */
export interface Child {
  readonly pid: number | undefined;
  /** Whether `post` can carry ports. */
  readonly ports: boolean;
  post(message: unknown, ports?: MessagePortMain[]): void;
  onMessage(receive: (message: unknown) => void): void;
  /** How it ended, in words, and where it failed if it said so. Called once. */
  onExit(ended: (how: string, where: string) => void): void;
  kill(): void;
}

/** No script of an import or a project gets at prototypes through `__proto__`. */
const NODE_FLAGS = ['--disable-proto=delete'];
const KEPT_OUTPUT = 20_000;

/** Starts `entry` as a process of the shell, or with a Node of its own where `node` names one. */
export const startChild = (entry: string, { node, name }: { node: string | null; name: string }): Child =>
  node === null ? startUtility(entry, name) : startNode(unpacked(entry), node);

function startUtility(entry: string, name: string): Child {
  const child = utilityProcess.fork(entry, [], {
    serviceName: name,
    stdio: ['ignore', 'ignore', 'pipe'],
    execArgv: [...NODE_FLAGS],
    env: childEnvironment(process.env),
  });
  const output = lastOf(child.stderr);
  // An error event that nobody hears ends the shell; the exit follows.
  child.on('error', () => undefined);
  return {
    get pid() {
      return child.pid;
    },
    ports: true,
    post: (message, ports) => child.postMessage(message, ports),
    onMessage: (receive) => void child.on('message', receive),
    onExit: (ended) =>
      void child.once('exit', (code) => ended(howOf(output(), `exit code ${code}`), stackOnly(output()))),
    kill: () => void child.kill(),
  };
}

function startNode(entry: string, node: string): Child {
  const child = fork(entry, [], {
    execPath: node,
    execArgv: NODE_FLAGS,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: childEnvironment(process.env),
  });
  const output = lastOf(child.stderr);
  return {
    get pid() {
      return child.pid;
    },
    ports: false,
    post: (message) => void child.send(message as object, () => undefined),
    onMessage: (receive) => void child.on('message', receive),
    onExit: (ended) => {
      child.once('exit', (code, signal) =>
        ended(howOf(output(), signal ?? `exit code ${code}`), stackOnly(output())),
      );
      child.on('error', () => {
        if (child.pid === undefined) ended('it could not be started', '');
      });
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

const howOf = (output: string, otherwise: string) => (output.includes(GREED_MARK) ? GREED_WORDS : otherwise);

/** The last of what a process wrote. */
function lastOf(stream: NodeJS.ReadableStream | null): () => string {
  let kept = '';
  stream?.on('error', () => undefined);
  stream?.on('data', (chunk) => {
    kept = (kept + String(chunk)).slice(-KEPT_OUTPUT);
  });
  return () => kept;
}
