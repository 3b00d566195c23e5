import { BackendError } from '../backend/errors.ts';
import { nameKey } from '../backend/labels/nameKey.ts';
import type { Project } from '../backend/project/file.ts';
import type { Label } from '../backend/project/store/labels.ts';

/** The label that an option names, in any capitals. Throws `label_missing`, with what there is. */
export function labelNamed({ stores }: Project, name: string): Label {
  const all = stores.labels.all();
  const found = all.find((label) => nameKey(label.name) === nameKey(name));
  if (found) return found;
  throw new BackendError(
    'label_missing',
    `The project has no label "${name}".`,
    all.length === 0 ? 'It has none yet.' : `It has ${all.map((label) => `"${label.name}"`).join(', ')}.`,
  );
}
