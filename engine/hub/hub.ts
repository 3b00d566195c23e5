import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { EngineError } from '../errors.ts';
import { outsideFiles } from '../onnx/outsideFiles.ts';
import {
  findCachedModel,
  isCommit,
  type ModelId,
  makeCurrent,
  matchesDigest,
  modelCacheDir,
  parseModelId,
  publishModel,
} from './cache.ts';
import { withDownloadLock } from './downloadLock.ts';
import {
  cancelled,
  describeFile,
  fileUrl,
  type HubAddress,
  HubBusy,
  hubAddress,
  openFile,
  type RemoteFile,
} from './hubClient.ts';

export interface DownloadProgress {
  /** The file being received, as the hub names it. */
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface DownloadOptions {
  /** Entail's home (`entailHome`); models go below it. */
  readonly home: string;
  /** Default HF_ENDPOINT, else https://huggingface.co. */
  readonly endpoint?: string;
  /** Default HF_TOKEN. Sent to the endpoint's own origin only. */
  readonly token?: string;
  /** Branch, tag or commit; default "main". */
  readonly revision?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Asks the hub even when the model is in the cache. */
  readonly update?: boolean;
  /** Pause before the first new attempt; each later one is twice as long. */
  readonly retryDelayMs?: number;
}

const hubEndpoint = (): string => process.env.HF_ENDPOINT || 'https://huggingface.co';

/** Of the hub that is configured: what a token is for. Throws `hub_address_invalid`. */
export const hubOrigin = (): string => hubAddress(hubEndpoint()).endpoint.origin;

const ONNX_FILES = ['onnx/model.onnx', 'model.onnx'];
/** README.md says licence and languages, which an exported model repeats. */
const OPTIONAL_FILES = ['tokenizer_config.json', 'special_tokens_map.json', 'README.md'];
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_MODEL_BYTES = 2 ** 31;
const ATTEMPTS = 4;
const NO_ROOM: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', 'Your quota is used up'],
  ['EFBIG', 'The system allows this program no file of that size'],
]);
const STALL_MS = 60_000;
const MAX_WAIT_MS = 30_000;

/**
 * Downloads a model of the hub into the cache, once, and returns its folder.
 *
 * The revision is pinned to its commit, each file is checked against the hub's size and hash, and the folder gets its
 * name only when complete; what an interrupted download left is used by the next. A model in the cache is returned
 * without a request. Throws `model_id_invalid`, `hub_address_invalid`, `hub_unreachable`, `hub_denied`, `hub_busy`,
 * `hub_unexpected_answer`, `hub_redirect_refused`, `model_file_missing`, `download_too_large`, `download_interrupted`,
 * `download_wrong_content`, `download_running`, `download_cancelled` or `disk_full`.
 */
export async function downloadModel(id: string, options: DownloadOptions): Promise<string> {
  const modelId = parseModelId(id);
  const cached = await findWithoutRequest(modelId, options);
  if (cached !== null) return cached;
  const hub = hubAddress(
    options.endpoint || hubEndpoint(),
    options.token ?? process.env.HF_TOKEN,
    options.signal,
  );
  if (options.signal?.aborted) throw cancelled();

  const dir = modelCacheDir(options.home, modelId);
  return withDownloadLock(dir, async () => {
    const { commit, files } = await planDownload(hub, id, options);
    const known = await findCachedModel(options.home, modelId, commit);
    if (known !== null) {
      if (options.revision === undefined) await makeCurrent(dir, commit);
      return known;
    }
    const staging = join(dir, `${commit}.partial`);
    await mkdir(staging, { recursive: true });
    await requireSpace(staging, files);
    await fetchAll(hub, id, { commit, files, staging, options });
    await fetchOutside(hub, id, { commit, files, staging, options });
    return publishModel(dir, staging, commit);
  });
}

/** A branch or tag may have moved, so the cache answers for a commit or for "whatever is there". */
async function findWithoutRequest(
  id: ModelId,
  { home, revision, update }: DownloadOptions,
): Promise<string | null> {
  if (revision === undefined) return update ? null : findCachedModel(home, id);
  return isCommit(revision) ? findCachedModel(home, id, revision) : null;
}

type Files = Map<string, RemoteFile>;

async function planDownload(
  hub: HubAddress,
  id: string,
  options: DownloadOptions,
): Promise<{ commit: string; files: Files }> {
  const describe = (revision: string, path: string) =>
    retrying(options, () => describeFile(hub, fileUrl(hub, id, revision, path)));
  const config = await describe(options.revision ?? 'main', 'config.json');
  if (config === null) throw fileMissing(id, 'config.json');
  const { commit } = config;

  const files: Files = new Map([['config.json', config]]);
  const tokenizer = await describe(commit, 'tokenizer.json');
  if (tokenizer === null) throw fileMissing(id, 'tokenizer.json');
  files.set('tokenizer.json', tokenizer);
  for (const name of OPTIONAL_FILES) {
    const file = await describe(commit, name);
    if (file !== null) files.set(name, file);
  }
  for (const name of ONNX_FILES) {
    const model = await describe(commit, name);
    if (model === null) continue;
    files.set(name, model);
    break;
  }
  if (![...files.keys()].some((name) => name.endsWith('.onnx'))) throw fileMissing(id, 'onnx/model.onnx');
  for (const [name, file] of files) requireSensible(id, name, file, commit);
  return { commit, files };
}

function requireSensible(id: string, name: string, { bytes, commit }: RemoteFile, pinned: string): void {
  const limit = /\.(json|md)$/.test(name) ? MAX_TEXT_BYTES : MAX_MODEL_BYTES;
  if (bytes > limit) {
    const message = `${name} of ${id} is larger than ${limit / 2 ** 20} MB.`;
    throw new EngineError('download_too_large', message, 'Choose a smaller model.');
  }
  if (commit === pinned) return;
  throw new EngineError(
    'hub_unexpected_answer',
    `The hub gave ${name} of ${id} from another commit.`,
    'Try again.',
  );
}

async function requireSpace(dir: string, files: Files): Promise<void> {
  const needed = totalOf(files);
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize >= needed) return;
  const message = `The disk of ${dir} has no room for ${Math.ceil(needed / 2 ** 20)} MB.`;
  throw new EngineError('disk_full', message, 'Free some space, or set ENTAIL_HOME to another disk.');
}

const totalOf = (files: Files): number => [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);

interface Plan {
  commit: string;
  files: Files;
  staging: string;
  options: DownloadOptions;
}

async function fetchAll(
  hub: HubAddress,
  id: string,
  { commit, files, staging, options }: Plan,
): Promise<void> {
  const totalBytes = totalOf(files);
  let before = 0;
  for (const [name, file] of files) {
    const path = join(staging, ...name.split('/'));
    const done = before;
    const report = (received: number) => {
      options.onProgress?.({ file: name, receivedBytes: done + received, totalBytes });
    };
    const target = { path, name, url: fileUrl(hub, id, commit, name), file };
    if (!(await isComplete(path, file))) await retrying(options, () => fetchFile(hub, target, report));
    before += file.bytes;
    report(file.bytes);
  }
}

/** The files that hold weights outside of the model's file: only that says their names. */
async function fetchOutside(hub: HubAddress, id: string, plan: Plan): Promise<void> {
  const { commit, staging, options } = plan;
  const model = ONNX_FILES.find((name) => plan.files.has(name))!;
  const files: Files = new Map();
  for (const outside of outsideFiles(join(staging, ...model.split('/')))) {
    const name = posix.join(posix.dirname(model), outside);
    const file = await retrying(options, () => describeFile(hub, fileUrl(hub, id, commit, name)));
    if (file === null) throw fileMissing(id, name);
    requireSensible(id, name, file, commit);
    files.set(name, file);
  }
  await requireSpace(staging, files);
  await fetchAll(hub, id, { ...plan, files });
}

async function isComplete(path: string, file: RemoteFile): Promise<boolean> {
  const size = await sizeOf(path);
  return size === file.bytes && (await matchesDigest(path, file.digest, file.bytes));
}

async function sizeOf(path: string): Promise<number | null> {
  const info = await stat(path).catch(() => null);
  return info?.size ?? null;
}

interface Target {
  path: string;
  name: string;
  url: URL;
  file: RemoteFile;
}

async function fetchFile(hub: HubAddress, target: Target, report: (received: number) => void): Promise<void> {
  const part = `${target.path}.part`;
  await mkdir(dirname(part), { recursive: true });
  let start = (await sizeOf(part)) ?? 0;
  if (start > target.file.bytes) {
    await rm(part, { force: true });
    start = 0;
  }
  if (start < target.file.bytes || start === 0) await receive(hub, target, { part, start, report });
  if (!(await isComplete(part, target.file))) {
    await rm(part, { force: true });
    const message = `${target.name} arrived with other content than ${hub.endpoint.host} announced.`;
    throw new EngineError('download_wrong_content', message, 'Try again; a proxy may have changed it.');
  }
  await rename(part, target.path);
}

interface Receiving {
  part: string;
  start: number;
  report: (received: number) => void;
}

/** Appends the rest of a file to its part. The part stays when the connection breaks. */
async function receive(
  hub: HubAddress,
  { url, name, file }: Target,
  { part, start, report }: Receiving,
): Promise<void> {
  const response = await openFile(hub, url, start);
  const from = resumesAt(response, start);
  const output = await open(part, from > 0 ? 'a' : 'w');
  let received = from;
  try {
    for await (const chunk of chunksOf(response, hub.signal)) {
      received += chunk.length;
      if (received > file.bytes) break;
      await output.writeFile(chunk);
      report(received);
    }
    await output.sync();
  } catch (error) {
    if (hub.signal?.aborted) throw cancelled();
    const why = NO_ROOM.get((error as NodeJS.ErrnoException).code ?? '');
    if (why !== undefined) throw new EngineError('disk_full', `${why}: ${part}.`);
    throw interrupted(name, received, file.bytes, error);
  } finally {
    await output.close();
  }
  if (received > file.bytes) {
    await rm(part, { force: true });
    const message = `${name} is longer than ${url.host} announced.`;
    throw new EngineError('download_wrong_content', message, 'Try again; a proxy may have changed it.');
  }
  if (received < file.bytes) throw interrupted(name, received, file.bytes);
}

/** Where the answer's body begins: the place asked for, or 0 when the host does not resume. */
function resumesAt(response: Response, asked: number): number {
  if (response.status !== 206) return 0;
  return response.headers.get('content-range')?.startsWith(`bytes ${asked}-`) ? asked : 0;
}

/** The body's chunks. Fails when none comes for a minute. */
async function* chunksOf(response: Response, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => void reader.cancel(new Error('stopped')).catch(() => {});
  let stalled = false;
  signal?.addEventListener('abort', stop);
  try {
    for (;;) {
      timer = setTimeout(() => {
        stalled = true;
        stop();
      }, STALL_MS);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (stalled || signal?.aborted) throw new Error(stalled ? 'stalled' : 'aborted');
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

function interrupted(name: string, received: number, total: number, cause?: unknown): EngineError {
  const percent = total === 0 ? 0 : Math.floor((100 * received) / total);
  const message = `The download of ${name} broke off at ${percent} %.`;
  return new EngineError('download_interrupted', message, 'Start it again to go on where it stopped.', cause);
}

const MAY_PASS = new Set(['hub_busy', 'download_interrupted']);

async function retrying<T>(options: DownloadOptions, attempt: () => Promise<T>): Promise<T> {
  const { retryDelayMs = 1000, signal } = options;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof EngineError) || !MAY_PASS.has(error.code) || tried >= ATTEMPTS) throw error;
      const asked = error instanceof HubBusy ? error.retryAfterMs : null;
      await pause(Math.min(asked ?? retryDelayMs * 2 ** (tried - 1), MAX_WAIT_MS), signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}

function fileMissing(id: string, name: string): EngineError {
  const hint = 'Choose a model that was exported for transformers.js, or export it to a folder.';
  return new EngineError('model_file_missing', `${id} has no ${name} on the hub.`, hint);
}
