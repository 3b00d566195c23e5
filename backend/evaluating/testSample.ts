import { createRandom } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';

export interface TestSample {
  readonly documents: number;
  /** How many of them somebody has finished. */
  readonly decided: number;
  /** Documents that could still be drawn: nobody has begun with them. */
  readonly open: number;
}

export function testSampleOf({ stores: { documents, annotations } }: Project): TestSample {
  const sample = documents.inSplit('test');
  const handled = annotations.handled();
  return {
    documents: sample.length,
    decided: sample.filter((id) => handled.has(id)).length,
    open: documents.untouched().length,
  };
}

/**
 * Locks a random sample of documents for testing: it is asked first and never trained on, so that figures on it are
 * honest. Only documents that nobody has annotated yet can be drawn. Returns how many the sample has.
 *
 * Throws `test_sample_locked` when there is one and it is not to `grow`, `too_few_documents` when fewer are open.
 */
export function lockTestSample(
  project: Project,
  { size, seed, grow = false }: { size: number; seed: number; grow?: boolean | undefined },
): number {
  const { documents } = project.stores;
  const locked = documents.inSplit('test').length;
  if (locked > 0 && !grow) {
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
  return locked + size;
}
