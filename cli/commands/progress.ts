import { Command } from 'commander';
import { progressLearnt } from '../../backend/progress/learnt.ts';
import { progressNow } from '../../backend/progress/now.ts';
import { readProject } from '../context.ts';
import { many } from '../many.ts';
import { withJson } from '../options.ts';
import { percent, print, table } from '../output.ts';

type ProgressNow = ReturnType<typeof progressNow>;
type ProgressLearnt = NonNullable<Awaited<ReturnType<typeof progressLearnt>>>;
type Need = ProgressLearnt['labels'][number]['need'];

export function progressCommand(): Command {
  return withJson(
    new Command('progress')
      .description('how far annotation is, what more documents would bring, and what each label needs')
      .argument('<project>'),
  ).action((path: string, options: { json?: boolean }) =>
    readProject(path, async (project) => {
      const now = progressNow(project);
      const learnt = await progressLearnt(project);
      print(options.json, { ...now, learnt }, () => inWords(now, learnt));
    }),
  );
}

function inWords(now: ProgressNow, learnt: ProgressLearnt | null): string {
  const { documents, done, open, pace, training } = now;
  const known = new Map(learnt?.labels.map((label) => [label.labelId, label]));
  const lines = [
    `${done} of ${many(documents, 'document')} ${done === 1 ? 'is' : 'are'} finished, ${many(open, 'is', 'are')} open.`,
    pace === null
      ? 'The pace is not known yet.'
      : `${pace.documentsPerMinute.toFixed(1)} documents a minute lately: the open ones take about ${hours(open / pace.documentsPerMinute)}.`,
    `${many(training.decidedSince, 'document was', 'documents were')} decided ${training.lastRun === null ? 'and never trained on' : `since run ${training.lastRun}`}.`,
    table(
      ['label', 'yes', 'no', 'undecided', 'F1', 'what it needs'],
      now.labels.map(({ labelId, name, yes, no, undecided }) => {
        const own = known.get(labelId);
        const f1 = own?.f1
          ? `${percent(own.f1.estimate)} (${percent(own.f1.low)} to ${percent(own.f1.high)})`
          : '–';
        return [name, `${yes}`, `${no}`, `${undecided}`, f1, own ? NEEDS[own.need.kind](own.need) : '–'];
      }),
    ),
  ];
  if (learnt === null)
    return [...lines, 'Nothing was learnt yet: suggest, and decide some documents.'].join('\n');
  return [...lines, forecastInWords(learnt), ...learnt.criteria.map(criterionInWords)].join('\n');
}

const hours = (minutes: number): string =>
  minutes < 90 ? `${Math.round(minutes)} minutes` : `${(minutes / 60).toFixed(1)} hours`;

const NEEDS: Readonly<Record<Need['kind'], (need: Need) => string>> = {
  yeses: (need) => `${'more' in need ? need.more : ''} more yes`,
  noes: (need) => `${'more' in need ? need.more : ''} more no`,
  unmeasured: () => 'not among what is measured',
  uncertain: () => 'more decisions',
  weak: () => 'is often wrong',
  fair: () => 'coming along',
  good: () => 'does well',
};

const points = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(1)}`;

function forecastInWords({ forecast }: ProgressLearnt): string {
  if (forecast === null) return 'What more documents would bring is not known yet.';
  const { more, gain, low, high } = forecast;
  return `${more} more documents would bring about ${points(gain)} points of macro F1, in four cases of five between ${points(low)} and ${points(high)}.`;
}

const CRITERIA: Readonly<Record<ProgressLearnt['criteria'][number]['name'], string>> = {
  stable: 'suggestions stand still (Bloodgood and Vijay-Shanker 2009)',
  certain: 'suggestions are sure (Zhu et al. 2010)',
  confidence: 'certainty no longer grows (Vlachos 2008)',
  gain: '50 more documents bring less than two points at best',
};

const criterionInWords = ({ name, value, holds }: ProgressLearnt['criteria'][number]): string =>
  `Enough? ${CRITERIA[name]}: ${value === null ? 'not known yet' : holds ? 'yes' : 'no'}.`;
