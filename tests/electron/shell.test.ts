import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitState, SMALLEST } from '../../electron/bounds.ts';
import { menuTemplate } from '../../electron/menu.ts';
import { childEnvironment, nodeFrom, unpacked } from '../../electron/paths.ts';
import { createLog, stackOnly } from '../../process/log.ts';
import { temporaryFolder } from '../support/temporary.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const kept = { x: 100, y: 50, width: 1200, height: 800, maximized: false };

test('87: a window comes back where it was, if a screen is still there', () => {
  expect(fitState(kept, [screen])).toEqual(kept);
  for (const away of [{ x: 3000 }, { y: -900 }, { x: -1150 }, { y: 1070 }]) {
    const { x, y, width, height } = fitState({ ...kept, ...away }, [screen]);
    expect([x, y, width, height]).toEqual([undefined, undefined, 1280, 860]);
  }
});

test('87: what was kept of a window is checked', () => {
  for (const bad of [
    null,
    1,
    [],
    {},
    { ...kept, width: '1' },
    { ...kept, x: Number.NaN },
    { ...kept, extra: 1 },
  ])
    expect(fitState(bad, [screen]).width).toBe(1280);
  expect(fitState({ ...kept, width: 10, height: 10 }, [screen])).toMatchObject(SMALLEST);
  expect(fitState({ ...kept, width: 9000 }, [screen]).width).toBe(1920);
});

test('the log keeps one line per event, cut, and turns over at a megabyte', () => {
  const folder = temporaryFolder();
  const log = createLog(folder, { name: 'shell', now: () => new Date(0) });
  log.write('link-refused', { url: 'a\nb\u202E', code: 1 });
  expect(readFileSync(log.file, 'utf8')).toBe(
    `1970-01-01T00:00:00.000Z shell[${process.pid}] link-refused url=a b  code=1\n`,
  );
  writeFileSync(log.file, 'x'.repeat(1024 * 1024));
  log.write('again');
  expect(statSync(join(folder, 'entail.log.1')).size).toBe(1024 * 1024);
  expect(readFileSync(log.file, 'utf8')).toContain('again');
});

test('of a crash the log has the place, not the words', () => {
  const output = [
    '/home/ada/secret/backend/main.js:10',
    '    throw new Error(text)',
    'Error: the patient said …',
    '    at decide (file:///home/ada/secret/backend/main.js:10:11)',
    '    at async /opt/entail/chunks/x.js:1:2',
  ].join('\n');
  expect(stackOnly(output)).toBe('Error |    at decide (main.js:10:11) |    at async x.js:1:2');
});

test('74: a packaged app of today takes no Node from the environment, and children get nothing that changes theirs', () => {
  const env = { ENTAIL_NODE: '/evil' };
  expect(nodeFrom(env, { packaged: true, node: '24.1.0' })).toBeNull();
  expect(nodeFrom(env, { packaged: false, node: '24.1.0' })).toBe('/evil');
  expect(nodeFrom(env, { packaged: true, node: '16.17.0' })).toBe('/evil');
  expect(
    childEnvironment({
      NODE_OPTIONS: '-r x',
      node_options: '-r x',
      ELECTRON_RUN_AS_NODE: '1',
      ENTAIL_HOME: '/h',
    }),
  ).toEqual({ ENTAIL_HOME: '/h' });
});

test('a plain Node gets the files that lie beside the archive', () => {
  expect(unpacked('/opt/entail/resources/app.asar/backend/main.js')).toBe(
    '/opt/entail/resources/app.asar.unpacked/backend/main.js',
  );
  expect(unpacked('/src/dist/app/backend/main.js')).toBe('/src/dist/app/backend/main.js');
});

test('the menu has each system’s places, and names of projects can’t play tricks in it', () => {
  const nothing = () => undefined;
  const actions = {
    create: nothing,
    open: nothing,
    openRecent: nothing,
    openSample: nothing,
    closeProject: nothing,
    showLog: nothing,
    openLink: nothing,
    checkForUpdates: null,
  };
  const recent = [{ token: 't', name: 'R&D\u202E', where: '~' }];
  const labels = (platform: NodeJS.Platform) =>
    JSON.stringify(menuTemplate(actions, { platform, appName: 'Entail', recent, projectOpen: false }));
  expect(labels('linux')).toContain('R&&D  (~)');
  expect(labels('linux')).toContain('"role":"quit"');
  expect(labels('darwin')).toContain('"role":"services"');
  expect(labels('win32')).not.toContain('Check for Updates');
});
