import { BackendError } from '../errors.ts';
import type { DocumentRecord, ImportItem } from '../records.ts';
import type { FoundNames } from './labelNames.ts';
import { type MeetingId, meetingIds } from './meetingIds.ts';
import { LIMITS } from './options.ts';

export interface FoundLabels extends FoundNames {
  readonly names: Set<string>;
  readonly numbers: Set<string>;
  /** An id that came before with another text, where that was looked at. */
  readonly meets?: MeetingId | undefined;
}

/**
 * The labels that documents of a file have somewhere, as it spells them. `onItem` is called for each. Throws
 * `too_many_labels`, which names the file.
 */
export async function labelsOf(
  items: AsyncIterable<ImportItem>,
  name: string,
  { onItem, checkIds = false }: { onItem: () => void; checkIds?: boolean | undefined },
): Promise<FoundLabels> {
  const found: FoundLabels = { names: new Set(), numbers: new Set() };
  const meeting = checkIds ? meetingIds() : null;
  let meets: MeetingId | undefined;
  for await (const item of items) {
    onItem();
    if (item.kind !== 'document') continue;
    collectLabels(item.document, found);
    if (meets === undefined && meeting?.(item.document) === true)
      meets = { id: item.document.externalId ?? '', place: item.place };
    if (found.names.size > LIMITS.labels || found.numbers.size > LIMITS.labels) throw tooManyLabels(name);
  }
  return { ...found, meets };
}

export function collectLabels({ annotations, suggestions }: DocumentRecord, into: FoundLabels): void {
  for (const { decisions, unnamed } of annotations) {
    for (const name of decisions.keys()) into.names.add(name);
    for (const number of unnamed ?? []) into.numbers.add(number);
  }
  for (const { label } of suggestions) into.names.add(label);
}

const tooManyLabels = (name: string) =>
  new BackendError(
    'too_many_labels',
    `"${name}" has more than ${LIMITS.labels} different labels.`,
    'Is another column that of the labels?',
  );
