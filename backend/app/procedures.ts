import { VERSION } from '../machine/version.ts';
import { holdingOf } from '../project/trash.ts';
import { os } from './base.ts';
import type { Workspace } from './workspace.ts';

export const app = {
  state: os.app.state.handler(({ context: { host, workspace } }) => ({
    host: host.kind,
    version: VERSION,
    ...workspace.now,
    opening: workspace.opening,
    marks: workspace.marks,
  })),
  preferences: os.app.preferences.handler(({ context }) => context.preferences.get()),
  prefer: os.app.prefer.handler(({ context, input }) => context.preferences.change(input)),
};

const shown = ({ now: { project } }: Workspace) => ({ project });

export const projects = {
  recent: os.projects.recent.handler(({ context }) => context.workspace.recent.list()),
  create: os.projects.create.handler(async ({ context: { workspace }, input }) => {
    const made = await workspace.create(input.name, input);
    return made ? shown(workspace) : { project: null };
  }),
  open: os.projects.open.handler(async ({ context: { workspace }, input }) => {
    await workspace.open(workspace.recent.pathOf(input.token), input);
    return shown(workspace);
  }),
  choose: os.projects.choose.handler(async ({ context: { host, workspace }, input }) => {
    const path = await host.openProjectDialog();
    if (path === null) return { project: null };
    await workspace.open(path, input);
    return shown(workspace);
  }),
  sample: os.projects.sample.handler(async ({ context: { workspace }, input }) => {
    await workspace.sample(input);
    return shown(workspace);
  }),
  rename: os.projects.rename.handler(async ({ context: { workspace }, input: { token, name } }) => {
    await workspace.rename(workspace.recent.pathOf(token), name);
    return workspace.recent.list();
  }),
  forget: os.projects.forget.handler(({ context: { workspace }, input }) =>
    workspace.recent.forget(input.token),
  ),
  recall: os.projects.recall.handler(({ context: { workspace }, input }) =>
    workspace.recent.recall(input.token),
  ),
  holding: os.projects.holding.handler(({ context: { home, workspace }, input: { token } }) =>
    holdingOf(workspace.recent.pathOf(token), home),
  ),
  trash: os.projects.trash.handler(async ({ context: { workspace }, input: { token, backups } }) => {
    const left = await workspace.trash(workspace.recent.pathOf(token), { backups });
    return { recent: await workspace.recent.list(), left };
  }),
  close: os.projects.close.handler(async ({ context: { workspace }, input }) => {
    await workspace.close(input);
    return { project: null };
  }),
};
