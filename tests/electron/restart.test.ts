import { expect, test } from 'vitest';
import { projectsNamed } from '../../electron/openFile.ts';
import { restartArguments, wasRestarted } from '../../electron/restartArguments.ts';

const now = 1_000_000;
const project = '/home/ada/with space.entail';

test('after a failure the app starts once more, with its options and the project that was open', () => {
  const argv = ['/opt/entail', '--no-sandbox', '/tmp/first.entail'];
  const args = restartArguments(argv, { packaged: true, project, now })!;
  expect(args).toEqual(['--no-sandbox', '--after-failure=1000000', '--', project]);
  expect(projectsNamed({ argv: ['/opt/entail', ...args], cwd: '/', packaged: true })).toEqual([project]);
  expect([wasRestarted(argv), wasRestarted(args)]).toEqual([false, true]);
  expect(restartArguments(['electron', '/src/dist/app'], { packaged: false, project: null, now })).toEqual([
    '/src/dist/app',
    '--after-failure=1000000',
  ]);
});

test('a start after a failure that fails within a minute is the last; later failures are first ones again', () => {
  const again = ['/opt/entail', `--after-failure=${now - 59_000}`];
  expect(restartArguments(again, { packaged: true, project, now })).toBeNull();
  const later = restartArguments(again, { packaged: true, project: null, now: now + 2000 });
  expect(later).toEqual([`--after-failure=${now + 2000}`]);
});
