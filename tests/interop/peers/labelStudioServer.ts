import { setTimeout as delay } from 'node:timers/promises';
import type { Python } from '../python.ts';

const HOST = '127.0.0.1';
const PASSWORD = 'a-long-password';
const TOKEN = '0123456789abcdef0123456789abcdef01234567';
const START_MS = 600_000;

/** Someone who has an account of the server, as a browser would speak for them. */
export interface Account {
  get(path: string): Promise<Response>;
  /** → what the server answers, as JSON. Throws with what it said where it refuses. */
  post<T>(path: string, body: object | FormData): Promise<T>;
}

export interface LabelStudio {
  /** Who owns the server. */
  readonly owner: Account;
  /** Signs up by the owner's invitation, as annotators do. */
  join(email: string): Promise<Account>;
  stop(): Promise<void>;
}

/** Starts Label Studio's own server on the loopback interface, its data in this folder. */
export async function startLabelStudio(python: Python, data: string): Promise<LabelStudio> {
  const port = 20_000 + (process.pid % 20_000);
  const base = `http://${HOST}:${port}`;
  const args = ['-m', 'label_studio.server', 'start', '--no-browser', '--internal-host', HOST];
  const account = ['--username', 'owner@example.org', '--password', PASSWORD, '--user-token', TOKEN];
  const running = python.start(
    python.path,
    [...args, '--port', `${port}`, '--data-dir', data, '--enable-legacy-api-token', ...account],
    { COLLECT_ANALYTICS: 'False', LATEST_VERSION_CHECK: 'False', SENTRY_DSN: '', FRONTEND_SENTRY_DSN: '' },
  );
  const stop = async () => {
    if (running.child.exitCode === null) running.kill();
    await running.ended;
  };
  const early = running.ended.then(({ output }) => {
    throw new Error(`Label Studio ended: ${output.trim().slice(-2000)}`);
  });
  try {
    await Promise.race([early, answering(base)]);
  } catch (error) {
    await stop();
    throw error;
  }
  const owner = accountOf(base, { Authorization: `Token ${TOKEN}` });
  return {
    owner,
    join: async (email) => {
      const invited: { invite_url: string } = await (await owner.get('/api/invite')).json();
      return accountOf(base, await signUp(`${base}${invited.invite_url}`, email));
    },
    stop,
  };
}

async function answering(base: string): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const answer = await fetch(`${base}/version`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(500);
  }
  throw new Error('Label Studio did not answer within ten minutes.');
}

/** Fills in the sign-up page; → the headers of the session. */
async function signUp(page: string, email: string): Promise<Record<string, string>> {
  const cookies = new Map<string, string>();
  const headers = () => ({
    Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    Referer: page,
    'X-CSRFToken': cookies.get('csrftoken') ?? '',
  });
  const keep = (answer: Response) => {
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^\s*([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
  };
  keep(await fetch(page));
  const form = new URLSearchParams({
    email,
    password: PASSWORD,
    csrfmiddlewaretoken: cookies.get('csrftoken') ?? '',
    allow_newsletters: 'false',
    how_find_us: '',
    elaborate: '',
  });
  const answer = await fetch(page, { method: 'POST', body: form, headers: headers(), redirect: 'manual' });
  keep(answer);
  if (answer.status !== 302 || !cookies.has('sessionid')) throw new Error(`${email} could not sign up.`);
  return headers();
}

function accountOf(base: string, headers: Record<string, string>): Account {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(`${base}${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
    return answer;
  };
  return {
    get: (path) => ask(path, { headers }),
    post: async (path, body) => {
      const form = body instanceof FormData;
      const answer = await ask(path, {
        method: 'POST',
        headers: form ? headers : { ...headers, 'Content-Type': 'application/json' },
        body: form ? body : JSON.stringify(body),
      });
      return await answer.json();
    },
  };
}
