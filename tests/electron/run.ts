import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../tools/app/build.ts';
import { exportPredicts } from '../e2e/story/exported.ts';
import { wholeStory } from '../e2e/story/whole.ts';
import { attacks } from './attacks.ts';
import { createChecks } from './checks.ts';
import { failures } from './failures.ts';
import { kills } from './kills.ts';
import { electronExecutable } from './launch.ts';
import { models } from './models.ts';
import { packaged } from './packaged.ts';
import { readers } from './readers.ts';
import { shellStory } from './shellStory.ts';
import { start } from './start.ts';

/**
 * The app in a real Electron: the story that the web host tells too, then what only the shell has. Without a display
 * it runs in one of Xvfb. Words name the parts to run: story, start, attacks, models, failures, readers, kills,
 * packaged.
 */
if (process.platform === 'linux' && !process.env.DISPLAY) {
  const { status } = spawnSync('xvfb-run', ['-a', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  if (status === null) console.log('FAIL there is no display and no xvfb-run\n0 passed, 1 failed');
  process.exit(status ?? 1);
}

const checks = createChecks();
const wanted = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'entail-electron-'));
const parts: Readonly<Record<string, () => Promise<void>>> = {
  async story() {
    const story = await shellStory(checks, join(home, 'story'));
    try {
      await wholeStory(story);
    } finally {
      await story.close();
    }
    await checks.check('the exported model predicts what the app predicts', async () => {
      exportPredicts(join(home, 'story'));
    });
  },
  start: () => start(checks, join(home, 'start')),
  attacks: () => attacks(checks, join(home, 'attacks')),
  models: () => models(checks, join(home, 'models')),
  failures: () => failures(checks, join(home, 'failures')),
  readers: () => readers(checks, join(home, 'readers')),
  kills: () => kills(checks, join(home, 'kills')),
  packaged: () => packaged(checks, join(home, 'packaged')),
};

try {
  electronExecutable();
  await buildApp();
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await part().catch((error: unknown) => checks.fail(name, error));
  }
} catch (error) {
  checks.fail('Electron', error);
} finally {
  rmSync(home, { recursive: true, force: true });
}
checks.finish();
