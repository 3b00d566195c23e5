import { os, wired } from '../app/base.ts';
import { learnerOf } from './learning/learner.ts';
import { staleSuggestions } from './staleness.ts';

export const suggestions = {
  refresh: os.suggestions.refresh.handler(({ context: { workspace }, input, signal }) =>
    wired(workspace.opened().suggestions.watch(input?.first ?? [], signal)),
  ),
  learn: os.suggestions.learn.handler(async ({ context: { workspace } }) => {
    const learner = learnerOf(workspace.opened().project);
    await learner.follow();
    return { version: learner.version };
  }),
  stale: os.suggestions.stale.handler(async ({ context: { workspace } }) => {
    const { project, suggestions: job } = workspace.opened();
    return { ...(await staleSuggestions(project)), running: job.running };
  }),
  stop: os.suggestions.stop.handler(({ context: { workspace } }) => ({
    stopped: workspace.opened().suggestions.stop(),
  })),
};
