import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Python, Running } from '../python.ts';

const HOST = '127.0.0.1';
const START_MS = 300_000;
const TASK_MS = 120_000;
const ADMIN = { username: 'admin', password: 'a-long-password' };

/** A project of a doccano server, spoken to as its page does. */
export interface Doccano {
  /** Makes the labels of a file that it exports. */
  addLabels(name: string, text: string): Promise<void>;
  /** Uploads a file and waits until the server has read it. Throws with what it refuses. */
  importFile(format: string, name: string, text: string): Promise<void>;
  /** → the archive that it gives out. */
  exported(format: string): Promise<Buffer>;
  stop(): Promise<void>;
}

/** Starts doccano's own server on the loopback interface, with the queue that it imports and exports in, their data in this folder. */
export async function startDoccano(python: Python, data: string): Promise<Doccano> {
  mkdirSync(data, { recursive: true });
  const port = 20_000 + (process.pid % 20_000);
  const url = `http://${HOST}:${port}`;
  const env = {
    DOCCANO_HOME: data,
    DATABASE_URL: `sqlite:///${join(data, 'db.sqlite3')}`,
    MEDIA_ROOT: join(data, 'media'),
    SECRET_KEY: 'of a temporary folder',
    DJANGO_SETTINGS_MODULE: 'config.settings.production',
    STANDALONE: 'True',
  };
  const once = async (...args: string[]) => {
    const { status, output } = await python.start(python.path, args, env).ended;
    if (status !== 0) throw new Error(output.trim().slice(-2000));
    return output.trim();
  };
  const running: Running[] = [];
  const start = (...args: string[]) => {
    const own = python.start(python.path, args, env);
    running.push(own);
    return own.ended.then(({ output }) => {
      throw new Error(`doccano (${args.join(' ')}) ended: ${output.trim().slice(-2000)}`);
    });
  };
  const stop = async () => {
    for (const { child, kill } of running) if (child.exitCode === null) kill();
    await Promise.all(running.map(({ ended }) => ended));
  };
  try {
    await once('-m', 'backend.cli', 'init');
    await once('-m', 'backend.cli', 'createuser', '--username', ADMIN.username, '--password', ADMIN.password);
    const code = await once('-c', 'import backend, os; print(os.path.dirname(backend.__file__))');
    // Its own command listens on every interface.
    const bind = ['--bind', `${HOST}:${port}`, '--workers', '1', '--chdir', code];
    const early = [start('-m', 'gunicorn', ...bind, 'config.wsgi')];
    early.push(start('-m', 'backend.cli', 'task', '--concurrency', '1'));
    await Promise.race([...early, answering(`${url}/v1/me`)]);
    for (const end of early) end.catch(() => undefined);
    return { ...(await projectOf(url)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answering(url: string): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    // Whoever is not signed in is refused, by a server that is there.
    const answer = await fetch(url).catch(() => undefined);
    if (answer && answer.status < 500) return;
    await delay(500);
  }
  throw new Error('doccano did not answer within five minutes.');
}

const Key = z.object({ key: z.string() });
const Made = z.object({ id: z.int() });
const Task = z.object({ task_id: z.string() });
const Status = z.object({
  ready: z.boolean(),
  error: z.array(z.unknown()).nullish(),
  result: z.unknown().optional(),
});

async function projectOf(url: string): Promise<Omit<Doccano, 'stop'>> {
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}/v1/${path}`, init);
    if (!answer.ok)
      throw new Error(`doccano, ${path}: ${answer.status} ${(await answer.text()).slice(0, 1000)}`);
    return answer;
  };
  const asJson = (body: object) => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...own },
    body: JSON.stringify(body),
  });
  let own: Record<string, string> = {};
  const { key } = Key.parse(await (await call('auth/login/', asJson(ADMIN))).json());
  own = { Authorization: `Token ${key}` };
  const wanted = {
    ...{ name: 'trip', description: 'trip', guideline: '', tags: [] },
    ...{ project_type: 'DocumentClassification', resourcetype: 'TextClassificationProject' },
    ...{ collaborative_annotation: true, random_order: false, single_class_classification: false },
  };
  const { id } = Made.parse(await (await call('projects', asJson(wanted))).json());
  const finished = async (answer: Response): Promise<string> => {
    const { task_id: task } = Task.parse(await answer.json());
    const end = Date.now() + TASK_MS;
    while (Date.now() < end) {
      const status = Status.parse(await (await call(`tasks/status/${task}`, { headers: own })).json());
      if (status.error && status.error.length > 0)
        throw new Error(`doccano refuses: ${JSON.stringify(status)}`);
      if (status.ready) return task;
      await delay(200);
    }
    throw new Error('doccano did not finish a task within two minutes.');
  };
  const form = (field: string, name: string, text: string) => {
    const body = new FormData();
    body.append(field, new Blob([text]), name);
    return { method: 'POST', headers: own, body };
  };
  return {
    async addLabels(name, text) {
      await call(`projects/${id}/category-type-upload`, form('file', name, text));
    },
    async importFile(format, name, text) {
      const upload = await (await call('fp/process/', form('filepond', name, text))).text();
      const task = { format, uploadIds: [upload], task: 'DocumentClassification' };
      const more = { encoding: 'utf_8', column_data: 'text', column_label: 'label', delimiter: '' };
      await finished(await call(`projects/${id}/upload`, asJson({ ...task, ...more })));
    },
    async exported(format) {
      const asked = asJson({ format, exportApproved: false });
      const task = await finished(await call(`projects/${id}/download`, asked));
      const answer = await call(`projects/${id}/download?taskId=${task}`, { headers: own });
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}
