import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { newProject } from '../../support/project.ts';

test('a project that was taken off the list comes back where it was, and its file stays', async () => {
  const backend = await newBackend();
  const paths = ['one', 'two', 'three'].map(() => {
    const { path, close } = newProject();
    close();
    return path;
  });
  for (const path of paths) {
    await backend.open(path);
    // Times of opening are told apart.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const client = clientOf(backend);
  const before = await client.projects.recent();
  expect(before).toHaveLength(3);
  for (const { token } of before) {
    const without = await client.projects.forget({ token });
    expect(without).toEqual(before.filter((own) => own.token !== token));
    expect(await client.projects.recall({ token })).toEqual(before);
    // Once more brings no second one.
    expect(await client.projects.recall({ token })).toEqual(before);
  }
  await client.projects.forget({ token: before[0]!.token });
  await client.projects.forget({ token: before[2]!.token });
  await client.projects.recall({ token: before[2]!.token });
  expect(await client.projects.recall({ token: before[0]!.token })).toEqual(before);
  expect(paths.every((path) => existsSync(path))).toBe(true);
});
