import { type DocumentStore, type NewDocument, textDigest } from '../project/store/documents.ts';
import { type Placeable, type Places, placesIn } from './placing.ts';

interface Added {
  readonly digest: string;
  readonly source: string;
}

/** The documents of a project and those that an import would have added to it by now. Of texts it keeps digests. */
export function placesToBe(
  documents: DocumentStore,
): Places & { add(document: Pick<NewDocument, 'externalId' | 'text' | 'source'>): void } {
  const there = placesIn(documents);
  const first = documents.last() + 1;
  const added: Added[] = [];
  const byId = new Map<string, number>();
  const byText = new Map<string, number>();
  let last = { text: '', digest: '' };
  // A document is asked for several times.
  const digestOf = (text: string): string => {
    if (text !== last.text) last = { text, digest: textDigest(text).toString('base64', 0, 12) };
    return last.digest;
  };
  const of = (id: number | undefined): Placeable | undefined => {
    const own = id === undefined ? undefined : added[id - first];
    return id === undefined || own === undefined
      ? undefined
      : { id, hasText: (text) => digestOf(text) === own.digest };
  };
  return {
    byExternalId: (id) => there.byExternalId(id) ?? of(byId.get(id)),
    get: (id) => there.get(id) ?? of(id),
    withText: (text) => there.withText(text) ?? byText.get(digestOf(text)),
    sourceOf: (id) => added[id - first]?.source ?? there.sourceOf(id),
    add({ externalId, text, source }) {
      const id = first + added.length;
      const digest = digestOf(text);
      added.push({ digest, source });
      if (externalId !== null) byId.set(externalId, id);
      if (!byText.has(digest)) byText.set(digest, id);
    },
  };
}
