import type { Need, ProgressLearnt } from '../../../../contract/index.ts';
import { formats } from '../format.ts';

const { number, percent, plural, points, tenthsOf } = formats('en');
const documentCount = (n: number) => plural(n, { one: '# document', other: '# documents' });

type Forecast = NonNullable<ProgressLearnt['forecast']>;
type Criterion = ProgressLearnt['criteria'][number];

const NEEDS: { readonly [K in Need['kind']]: (need: Extract<Need, { kind: K }>) => string } = {
  yeses: ({ more }) =>
    `Needs ${plural(more, { one: '# more yes', other: '# more yeses' })} before its F1 can be judged.`,
  noes: ({ more }) =>
    `Needs ${plural(more, { one: '# more no', other: '# more noes' })} before its F1 can be judged.`,
  unmeasured: () =>
    'The documents that figures rest on lack a yes or a no of it: go on, some come at random.',
  uncertain: () => 'Too few decisions tell whether it does well: more would.',
  weak: () => 'Is often suggested wrongly: look at its sentences and guidelines, or decide more.',
  fair: () => 'Is coming along.',
  good: () => 'Does well.',
};

/** Where a project has fewer documents than something takes, waiting does not help. `all`: that can be learnt from. */
const tooFew = (needed: number, all: number): string =>
  all < needed ? ` This project has ${number(all)} to learn from: import more for it.` : '';

/** The screen about where one stands. */
export const progress = {
  progress: {
    lead: 'How far you are, what more decisions would bring, and what each label still needs.',
    soFar: 'So far',
    finished: 'Documents finished',
    ofAll: (n: number) => `of ${number(n)}`,
    since: (run: boolean): string => (run ? 'New since the last training' : 'Decided, not trained yet'),
    trainNow: (n: number, run: boolean) =>
      run
        ? `Train now: ${plural(n, { one: '# document', other: '# documents' })} decided since the last run`
        : `Train now: ${plural(n, { one: '# document', other: '# documents' })} decided`,
    pace: 'Pace',
    aMinute: 'a minute',
    more: (n: number) => `${documentCount(n)} more`,
    takes: (minutes: number) =>
      minutes < 100 ? `${number(Math.max(1, minutes))} min` : `${tenthsOf(minutes / 6000)} h`,
    notKnown: 'not known yet',
    measuring: 'Working out what your decisions say. You can go on meanwhile.',
    failed: 'It could not be worked out.',
    again: 'Try again',
    nothing: 'Nothing was decided yet',
    nothingLearnt: 'Nothing was learnt yet',
    nothingLearntText:
      'Decisions are learnt together with suggestions, and there are none yet. They are made while the project is open.',
    nothingText: (all: number) =>
      `Annotate some documents: from the first 20 on, this screen says what more would bring.${tooFew(20, all)}`,
    gain: 'What more documents would bring',
    gainLead: (n: number) =>
      `Macro F1 of what decisions teach, learnt from parts of your ${documentCount(n)} and judged on the others.`,
    forecast: ({ more, gain, low, high }: Forecast, left: number) =>
      `${plural(more, { one: '# more document', other: '# more documents' })}${left === 0 ? ', once imported,' : ''} would bring about ${points(100 * gain)} points of macro F1: in four cases of five between ${points(100 * low)} and ${points(100 * high)}.`,
    forecastUnknown: (all: number) =>
      `What more documents would bring is not known yet: that takes 40 finished documents, and yeses and noes for half of the labels.${tooFew(40, all)}`,
    forecastHow:
      'By an inverse power law fitted to the curve, weighed against what decisions bring in other collections. It speaks of documents chosen as those so far.',
    curveSeries: 'Macro F1',
    intervalLow: '95 % interval, from',
    intervalHigh: 'to',
    documentsAxis: 'Documents learnt from',
    curveSummary: (f1: number, n: number) => `${tenthsOf(f1)} % after ${documentCount(n)}.`,
    curveUnknown: (all: number) =>
      `The curve needs 20 finished documents, and a label with two yeses and two noes.${tooFew(20, all)}`,
    stop: 'Is it enough?',
    stopLead:
      'Signs, from research, that more decisions bring little. None is certain; together they say something.',
    stopHolds: (n: number, all: number) =>
      n === 0
        ? 'None of the signs is there: go on.'
        : n === all
          ? 'All signs are there: more decisions will hardly change what is suggested.'
          : `${number(n)} of ${number(all)} signs ${n === 1 ? 'is' : 'are'} there.`,
    stopUnknown: (all: number) => `Too early to say: the signs need 80 finished documents.${tooFew(80, all)}`,
    holds: 'there',
    holdsNot: 'not there',
    criteria: {
      stable: [
        'Suggestions stand still',
        'Models 20 documents apart suggest the same for the project’s documents (Bloodgood and Vijay-Shanker 2009).',
      ],
      certain: [
        'Suggestions are sure',
        'On the average, little doubt is left about the project’s documents (Zhu et al. 2010).',
      ],
      confidence: [
        'Certainty no longer grows',
        'It fell three times in a row, 20 documents apart (Vlachos 2008). The weakest of the four.',
      ],
      gain: [
        'Little is to be gained',
        'Even if it goes well, 50 more documents bring less than two points of F1.',
      ],
    } as Record<Criterion['name'], readonly [string, string]>,
    measured: ({ name, value, bound }: Criterion): string => {
      if (value === null) return 'not known yet';
      switch (name) {
        case 'stable':
          return `Now kappa ${value.toFixed(3)}; from ${bound.toFixed(2)} on.`;
        case 'certain':
          return `Now ${value.toFixed(2)} bits; up to ${bound.toFixed(2)}.`;
        case 'confidence':
          return `Now ${plural(value, { one: '# time', other: '# times' })}.`;
        default:
          return `Now ${points(100 * value)} points at best.`;
      }
    },
    labels: 'What each label needs',
    labelsLead: 'Undecided: on finished documents.',
    counts: (yes: number, no: number, undecided: number) =>
      `${number(yes)} yes, ${number(no)} no, ${number(undecided)} undecided`,
    f1: (estimate: number, low: number, high: number) =>
      `F1 ${tenthsOf(estimate)} % (${tenthsOf(low)} to ${tenthsOf(high)}).`,
    ask: 'Ask about it',
    askNamed: (label: string) => `Ask about it: “${label}”`,
    need: (need: Need): string => (NEEDS[need.kind] as (need: Need) => string)(need),
    paceLead: 'Documents a minute, without breaks.',
    paceSeries: 'Documents a minute',
    finishedAxis: 'Documents finished or skipped',
    paceSummary: (now: number) => `${tenthsOf(now / 100)} a minute lately.`,
    paceUnknown: 'Finish some documents one by one, and your pace stands here.',
    agreement: 'Do suggestions agree with you?',
    agreementLead:
      'Each part of your decisions, judged by what was learnt from those before it: as the program learns now, not as it was then.',
    sameSeries: 'Documents exactly as suggested',
    f1Series: 'F1 of all decisions',
    decidedAxis: 'Documents decided',
    agreementSummary: (same: number, n: number) =>
      `Of the last ${documentCount(n)} ${percent(same)} were exactly as suggested.`,
    agreementUnknown: (all: number) => `It takes 20 finished documents.${tooFew(20, all)}`,
  },
};
