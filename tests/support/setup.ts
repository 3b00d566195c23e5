import { afterAll } from 'vitest';
import { removeTemporaryFolders } from './temporary.ts';

/** After every pass a graph must be legal, in child processes and threads too: see engine/graph/spec.ts. */
process.env.ENTAIL_CHECK_GRAPHS = '1';

afterAll(removeTemporaryFolders);
