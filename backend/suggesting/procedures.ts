import { os, wired } from '../app/base.ts';
import { foreignInProject, keepForLanguages, remedyIn } from './languages/ofProject.ts';
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
  foreign: os.suggestions.foreign.handler(async ({ context: { workspace } }) => {
    const { project } = workspace.opened();
    const found = await foreignInProject(project);
    return (
      found && {
        ...found,
        reads: [...found.reads],
        languages: [...found.languages],
        remedy: await remedyIn(project),
      }
    );
  }),
  keepForLanguages: os.suggestions.keepForLanguages.handler(({ context: { workspace } }) => {
    keepForLanguages(workspace.opened().project);
    return { kept: true as const };
  }),
  stale: os.suggestions.stale.handler(async ({ context: { workspace } }) => {
    const { project, suggestions: job } = workspace.opened();
    return { ...(await staleSuggestions(project)), running: job.running };
  }),
  stop: os.suggestions.stop.handler(({ context: { workspace } }) => ({
    stopped: workspace.opened().suggestions.stop(),
  })),
};
