/** What the model card of a base says about it, as far as a card made from it must repeat it. */
export interface BaseCard {
  /** An identifier of the hub, "apache-2.0". */
  readonly license?: string;
  readonly licenseName?: string;
  readonly licenseLink?: string;
  readonly languages: readonly string[];
  /** The models that the base was made from. */
  readonly baseModels: readonly string[];
}

const WORD = /^[\w.+-]{1,60}$/;
const LINK = /^https:\/\/[\w./%#?=&~+-]{1,300}$|^[\w.-]{1,100}$/;
const ID = /^[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*$/i;

/**
 * Licence and languages from the metadata at the beginning of a README.md; anything that is no plain name there is left
 * out, for what is read is written into a card of ours.
 */
export function baseCardOf(readme: string): BaseCard {
  const block = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/.exec(readme)?.[1] ?? '';
  const found = valuesIn(block);
  const one = (key: string, kind: RegExp) => found.get(key)?.find((value) => kind.test(value));
  const [license, licenseName, licenseLink] = [
    one('license', WORD),
    one('license_name', WORD),
    one('license_link', LINK),
  ];
  return {
    ...(license && { license }),
    ...(licenseName && { licenseName }),
    ...(licenseLink && { licenseLink }),
    languages: (found.get('language') ?? []).filter((value) => WORD.test(value)),
    baseModels: (found.get('base_model') ?? []).filter((value) => ID.test(value)),
  };
}

/** Scalars and lists of the top level of a YAML block; nothing else of YAML stands in these keys. */
function valuesIn(block: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const item = /^\s*-\s+(.+)$/.exec(line)?.[1];
    if (item !== undefined) {
      current.push(bare(item));
      continue;
    }
    const [, key, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const list = /^\[(.*)\]$/.exec(value)?.[1];
    current = (list ?? value).split(list === undefined ? '\n' : ',').flatMap((own) => bare(own) || []);
    found.set(key, current);
  }
  return found;
}

const bare = (value: string): string =>
  value
    .replace(/\s+#.*$/, '')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2');
