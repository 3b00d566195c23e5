import { expect, test } from 'vitest';
import { createOpenQueue, projectsNamed, wantsSample } from '../../electron/openFile.ts';

const named = (...words: string[]) =>
  projectsNamed({ argv: ['/opt/entail', ...words], cwd: '/home/ada', packaged: true });

test('73: projects are taken from the command line, relative to where it was typed', () => {
  expect(named('a.entail', '/b/c.ENTAIL')).toEqual(['/home/ada/a.entail', '/b/c.ENTAIL']);
  expect(projectsNamed({ argv: ['electron', 'dist/app', 'a.entail'], cwd: '/x', packaged: false })).toEqual([
    '/x/a.entail',
  ]);
});

test('73: options, URLs and other files are no projects', () => {
  expect(
    named(
      '--inspect=9229',
      '--x.entail',
      '-x.entail',
      'https://evil.example/a.entail',
      'file:///a.entail',
      'a.csv',
      '',
    ),
  ).toEqual([]);
  expect(named('a.entail\0')).toEqual([]);
});

test('73: after -- every word is a name', () => {
  expect(named('--', '--inspect=.entail', '-- x', '-x.entail')).toEqual([
    '/home/ada/--inspect=.entail',
    '/home/ada/-x.entail',
  ]);
  expect([wantsSample(['entail', '--sample']), wantsSample(['entail', '--', '--sample'])]).toEqual([
    true,
    false,
  ]);
});

test('73: of 100 files that come at once the first is opened, then the last', async () => {
  const opened: string[] = [];
  let open = 0;
  const queue = createOpenQueue(async (path) => {
    open += 1;
    expect(open).toBe(1);
    opened.push(path);
    await new Promise((resolve) => setTimeout(resolve, 1));
    open -= 1;
  });
  for (let i = 1; i <= 100; i++) queue.add([`${i}.entail`]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(opened).toEqual(['1.entail', '100.entail']);
});
