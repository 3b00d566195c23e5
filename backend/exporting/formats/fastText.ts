import type { ExportLabel, ExportSource } from '../../records.ts';
import { answerOf, listedLabels } from '../answers.ts';
import { beside, type ExportFormat, type ExportOptions, listed } from '../format.ts';
import { jsonLines, objectOf } from '../json.ts';
import { brokenCharacters, countTexts, documents } from '../losses.ts';

const PREFIX = '__label__';
/** A document is a line; fastText takes NUL for a space too. */
const BREAKS = /[\0\t\n\v\f\r\x85\u2028\u2029]+/g;
const LIKE_LABEL = /(?<!\S)_(?=_label__)/g;

/** Lines of fastText, and beside them which token stands for which label. */
export const fastText: ExportFormat = {
  name: 'fasttext',
  title: 'fastText',
  description: 'lines for fastText',
  extension: '.txt',
  carries: {
    ids: false,
    undecided: false,
    noneApply: false,
    skipped: false,
    drafts: true,
    annotators: false,
    suggestions: false,
    split: false,
    meta: false,
    comments: false,
  },
  *write(source, options) {
    const tokens = tokensOf(source.labels);
    for (const document of source.documents()) {
      const names = listedLabels(answerOf(document, source, options), source, options);
      if (names === undefined) continue;
      const labels = names?.map((name) => `${PREFIX}${tokens.get(name)}`) ?? [];
      if (names?.length === 0 && options.noneLabel) labels.push(`${PREFIX}${noneToken(tokens)}`);
      yield `${[...labels, lineOf(document.text)].join(' ')}\n`;
    }
  },
  sidecars: ({ labels }) => [beside('.labels.json', [...jsonLines([objectOf(tokensOf(labels))])].join(''))],
  notes,
};

const lineOf = (text: string) => text.replace(BREAKS, ' ').replace(LIKE_LABEL, '');

/** Label → token: white space becomes an underscore, and collisions get a number. */
function tokensOf(labels: readonly ExportLabel[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(labels.map(({ name }) => [name, freeToken(name.replace(/[\s\0]+/g, '_'), taken)]));
}

function freeToken(wanted: string, taken: Set<string>): string {
  let token = wanted;
  for (let i = 2; taken.has(token); i++) token = `${wanted}_${i}`;
  taken.add(token);
  return token;
}

const noneToken = (tokens: ReadonlyMap<string, string>) => freeToken('none', new Set(tokens.values()));

function notes(source: ExportSource, options: ExportOptions): string[] {
  const tokens = tokensOf(source.labels);
  const renamed = [...tokens].filter(([name, token]) => name !== token).map(([name]) => name);
  const broken = countTexts(source, (text) => text.search(BREAKS) >= 0);
  const likeLabels = countTexts(source, (text) => text.search(LIKE_LABEL) >= 0);
  return [
    ...(renamed.length > 0
      ? [`spaces in ${listed(renamed)} become underscores; the file .labels.json beside it maps them`]
      : []),
    ...(broken > 0 ? [`line breaks and tabs in texts become spaces (${documents(broken)})`] : []),
    ...(likeLabels > 0
      ? [`words that begin with ${PREFIX} lose their first underscore (${documents(likeLabels)})`]
      : []),
    ...(options.noneLabel ? [] : ['documents to which no label applies are ignored by fastText in training']),
    ...brokenCharacters(source),
  ];
}
