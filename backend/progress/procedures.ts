import { os } from '../app/base.ts';
import { progressLearnt } from './learnt.ts';
import { progressNow } from './now.ts';

export const progress = {
  now: os.progress.now.handler(({ context: { workspace } }) => progressNow(workspace.opened().project)),
  learnt: os.progress.learnt.handler(({ context: { workspace } }) =>
    progressLearnt(workspace.opened().project),
  ),
};
