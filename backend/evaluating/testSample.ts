import { createRandom } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';

/**
 * Locks a random sample of documents for testing: it is asked first and never trained on, so that figures on it are
 * honest. Only documents that nobody has annotated yet can be drawn. Returns how many the sample has.
 *
 * Throws `test_sample_locked` when there is one, `too_few_documents` when fewer are open.
 */
export function lockTestSample(project: Project, { size, seed }: { size: number; seed: number }): number {
  const { documents } = project.stores;
  const locked = documents.inSplit('test').length;
  if (locked > 0) {
    throw new BackendError(
      'test_sample_locked',
      `The project has a test sample of ${locked} documents already.`,
    );
  }
  const open = documents.untouched();
  if (open.length < size) {
    throw new BackendError(
      'too_few_documents',
      `A test sample of ${size} needs as many documents that nobody has annotated; there are ${open.length}.`,
      'Choose a smaller sample, or import more documents first.',
    );
  }
  const sample = createRandom(seed).fork('test sample').shuffle(open).slice(0, size);
  project.write(() => {
    for (const id of sample) documents.setSplit(id, 'test');
  });
  return size;
}
