import type { LabelEvaluation, NothingMeasured, Run } from '../../../../contract/index.ts';
import { formats } from '../format.ts';

const { mean, number, percent, plural, tenthsOf } = formats('en');
const documentCount = (n: number) => plural(n, { one: '# document', other: '# documents' });

/** What suggests where no run does: one name wherever a run is held against it. */
const DECISIONS_ALONE = 'your decisions alone';
const WITH_RUN = 'with this run and what your decisions taught';

type Expectation = NonNullable<LabelEvaluation['expected']>['now'];

/** The screens about the model: train and evaluate. */
export const model = {
  train: {
    lead: 'The model learns from your decisions, on this machine. Nothing leaves it.',
    train: 'Train',
    done: 'The training is done. The suggestions come from the new run now.',
    keptBefore: ({ run, macroF1, ownMacroF1 }: NonNullable<Run['against']>) =>
      `The training is done, but on documents that neither learnt from it does clearly worse (macro F1 ${tenthsOf(ownMacroF1)} %) than ${run === 0 ? DECISIONS_ALONE : `run ${run}`} (${tenthsOf(macroF1)} %); what suggested before goes on suggesting.`,
    anew: 'The suggestions are made anew with it.',
    plan: 'What the training works with',
    planDocuments: 'Documents to learn from',
    planHeldOut: 'Held out to measure',
    planPairs: 'Document and label pairs',
    planTime: 'Time it takes',
    timeUnknown: 'not known yet',
    about: (time: string) => `about ${time}`,
    counting: 'Counting…',
    onDocuments: (n: number) => `on ${documentCount(n)}, on this machine`,
    live: 'Training',
    ready: 'Getting ready…',
    tuning: 'Learning which documents are alike…',
    measuring: 'Measuring what it learnt…',
    step: (step: number, steps: number) => `Step ${number(step)} of ${number(steps)}`,
    pairsPerSecond: (n: number) => `${number(n)} pairs per second`,
    left: (time: string) => `about ${time} left`,
    leftOfSteps: (time: string) => `about ${time} of steps left`,
    doneAfter: (n: number) => plural(n, { one: 'Done after # step', other: 'Done after # steps' }),
    stopped: 'Stopped',
    stop: 'Stop',
    stopping: 'Stopping…',
    goesOn:
      'You can go on annotating, show other screens or reload: the training goes on. It stops when another project is opened or Entail is closed, and can go on later.',
    restarted: 'The engine was started again; the training went on from its last checkpoint.',
    advanced: 'Advanced settings',
    method: 'What is trained',
    methods: { lora: 'Adapters (LoRA)', full: 'All weights' },
    methodHints: {
      lora: 'Small adapters beside the weights: fast, and small in the project file.',
      full: 'All weights: slower, sometimes better with many documents.',
    },
    epochs: 'Epochs at most',
    epochsHint: 'It stops by itself when held-out F1 no longer grows.',
    rate: 'Learning rate',
    rateHint: 'Empty: what fits the method.',
    automatic: 'automatic',
    seed: 'Seed',
    seedHint: 'The same seed gives the same run.',
    keep: 'What it knows of other labels',
    keepHint: 'Keeping more helps with labels that come later, and with documents unlike these.',
    keeps: { none: 'is left to the training', some: 'is kept in part', more: 'is kept for the most part' },
    runs: 'Runs',
    noRuns:
      'Each training is kept here with its figures, so that you can compare and go back. There is none yet.',
    untrained: 'Without a run: the model as it came, with what your decisions taught it',
    suggestsNow: 'suggests now',
    goBack: 'Go back to it',
    tickTwo: 'Tick two runs to compare them label by label.',
    states: { running: 'running', done: '', cancelled: 'stopped', failed: 'failed' },
    compare: (name: string) => `Compare ${name}`,
    nameOfRun: 'Name of the run',
    rename: 'Rename',
    renameUnseen: ', rename',
    f1Alone: 'macro F1, this run alone',
    f1Title:
      'Held-out macro F1 of the run alone, without what decisions teach, which suggests together with it (Evaluate has both). At each label’s threshold, with its 95 % interval; epoch and thresholds are chosen without the document that is judged, so that it is low where few are held out',
    f1TitleAtHalf:
      'Held-out macro F1 of the run alone where every label is suggested from 50 % on: of a version before',
    against: (
      { run, documents: n, macroF1, ownMacroF1 }: NonNullable<Run['against']>,
      { tookOver, active }: Pick<Run, 'tookOver' | 'active'>,
    ) => {
      const [now, before] =
        run === 0
          ? [WITH_RUN, `with ${DECISIONS_ALONE}, before the training`]
          : [WITH_RUN, `with run ${run}, which suggested before`];
      const figures = `Macro F1 on ${documentCount(n)} that neither had learnt from: ${tenthsOf(ownMacroF1)} % ${now}, ${tenthsOf(macroF1)} % ${before}.`;
      if (tookOver) return ownMacroF1 < macroF1 ? `${figures} That may be chance.` : figures;
      return active
        ? `${figures} It does worse there, and suggests because it was chosen.`
        : `${figures} It does worse, so what suggested before went on suggesting.`;
    },
    outside: (before: number, after: number) =>
      `On labels outside this project, a built-in set in English: average precision ${tenthsOf(before)} % before the training, ${tenthsOf(after)} % after it.`,
    forgot: (before: number, after: number) =>
      `It forgot part of what it knew of other labels: average precision on a built-in set ${tenthsOf(after)} %, before ${tenthsOf(before)} %. The advanced settings have “What it knows of other labels”.`,
    use: 'Use this run',
    resume: 'Go on',
    detailsOf: (name: string) => `Details of ${name}`,
    caption: (n: number, crossFitted: boolean) =>
      `The run alone on ${plural(n, { one: '# held-out document', other: '# held-out documents' })}, in percent, ${crossFitted ? 'at each label’s threshold, chosen without the document that is judged' : 'every label suggested from 50 % on'}.`,
    inBrackets: 'In brackets: 95 % intervals of what new documents would show.',
    precision: 'Precision',
    recall: 'Recall',
    f1: 'F1',
    support: 'Yes in it',
    macro: 'Macro average',
    noFigures: 'It has no held-out figures: there were too few documents to hold some back.',
    compared: 'Two runs compared',
    comparedTitle: 'Held-out F1 with 95 % intervals, label by label',
    difference: 'Difference',
    differentDocuments: (first: number, second: number) =>
      `The two were measured on different documents (${number(first)} and ${number(second)}), so small differences mean little.`,
    noStep: 'No step yet.',
    lossNow: (first: string, now: string) => `Loss ${first} at first, ${now} now.`,
    f1Now: (now: number, best: number) =>
      `Macro F1 on what is held out, each label suggested from 50 % on: ${tenthsOf(now)} %, at best ${tenthsOf(best)} %.`,
    lossSeries: 'Loss per step',
    smoothSeries: 'Loss, smoothed',
    f1Series: 'Held-out F1 (right)',
    stepAxis: 'Step',
  },
  evaluate: {
    lead: 'How good the suggestions are, measured against your decisions.',
    failed: 'It could not be measured',
    failedText: 'What went wrong is said below.',
    again: 'Measure again',
    measuring: 'Measuring…',
    nothing: {
      undecided: {
        title: 'Nothing to measure on yet',
        text: 'Annotate some documents that have suggestions. Then you see here, label by label, how often the model is right.',
      },
      'one-sided': {
        title: 'Nothing to measure on yet',
        text: 'So far each label was only given, or only rejected, on documents that nobody finished or on many at once. Measured on such answers everything would look right, or wrong. Finish some documents, and they are measured on.',
      },
      'not read': {
        title: 'Nothing to measure on yet',
        text: 'The model has still to read the documents that were decided. It does so by itself while the project is open; look here again then.',
      },
      'all learnt': {
        title: 'The training held nothing out',
        text: 'It learnt from every document that could tell how good it is. What you annotate from now on is measured on.',
      },
    } satisfies Record<NothingMeasured['why'], { title: string; text: string }>,
    unmeasured: 'Of what suggests now there are no figures yet.',
    unmeasuredText:
      'Its training learnt from every document that could tell how good it is. The figures below are of what suggested before it. What you annotate from now on is measured on.',
    heldOutFrom: ({ least, more, documents: all }: NothingMeasured['heldOutFrom']) =>
      `From ${number(least)} annotated documents on, a training holds some out for that${more === 0 ? '' : all < least ? `: this project has ${number(all)} to learn from, import more` : `: annotate ${number(more)} more`}.`,
    suggestedFrom: (label: string, threshold: number) =>
      `“${label}” is suggested from ${percent(threshold)} on.`,
    inAll: 'In all',
    measuredOn: 'Measured on',
    documents: documentCount,
    where: {
      /** What follows the number of documents. */
      'test sample': ' in the test sample, which was picked at random and never trained on,',
      'held-out': ' held out from training',
      'all annotated': ' that you annotated, each judged as if it had not been decided,',
      'before training':
        ' that you annotated, by what suggested before the training, each judged as if it had not been decided,',
    },
    ownThresholds: 'with each label’s own threshold.',
    notRead: (n: number) =>
      `${plural(n, { one: '# other document with decisions is', other: '# other documents with decisions are' })} not in these figures yet: the model has still to read ${n === 1 ? 'it' : 'them'}.`,
    oneSided: (n: number) =>
      `${plural(n, { one: '# document is', other: '# documents are' })} not measured on: ${n === 1 ? 'its' : 'their'} labels were only given, or only rejected, on documents that nobody finished or on many at once. Measured on such answers everything would look right, or wrong. What ${n === 1 ? 'it is' : 'they are'} like is learnt.`,
    decidedSince: (n: number) =>
      `${plural(n, { one: '# of them was', other: '# of them were' })} decided after the training; its list of runs shows the others alone.`,
    leftOut: (n: number, all: number) =>
      `The averages over labels leave out ${number(n)} of ${number(all)}: without a yes or without a no there is nothing to judge.`,
    belowEach: 'Below each figure: its 95 % interval, of what new documents would show of the same labels.',
    untrained: (share: number, range?: { low: number; high: number }) =>
      `untrained ${tenthsOf(share)}${range ? ` (${tenthsOf(range.low)} to ${tenthsOf(range.high)})` : ''}`,
    untrainedNote:
      '“Untrained” is the model as it came, on the same documents and decisions: the difference is what was learnt since.',
    taughtBy: (n: number, run: boolean) =>
      `What is suggested has learnt from decisions on ${documentCount(n)}; each document is judged without its own.${run ? ' The list of runs shows the run alone.' : ''}`,
    untrainedMissing: (n: number) =>
      `The model as it came has not read ${plural(n, { one: '# of these documents', other: '# of these documents' })} yet. It does so in the background; then its figures stand here, too.`,
    pickedAtRandom:
      'Only documents that came at random are counted. What the queue chose is harder or easier than most.',
    notAtRandom:
      'These documents were not picked at random but chosen, often for being hard: the figures may be too low for new ones, or too high where unlike documents were asked for. The intervals allow for that, though single labels may still lie outside. A test sample tells you for sure.',
    testSample: {
      title: 'Test sample',
      why: 'Documents picked at random, asked first and never trained on. What is measured on them is what new documents would show; what the queue picks is harder or easier than most.',
      progress: (decided: number, all: number) => `${number(decided)} of ${documentCount(all)} finished.`,
      annotate: (left: number) => `Annotate the other ${number(left)}`,
      size: 'Documents to draw',
      more: 'Documents to add',
      draw: 'Draw a test sample',
      drawMore: 'Draw more',
      open: (n: number) =>
        `${plural(n, { one: '# document that nobody has begun with can be drawn', other: '# documents that nobody has begun with can be drawn' })}. The sooner it is drawn, the more it says: what has been annotated stays out of it.`,
      noneOpen: 'Somebody has begun with every document: import others to draw from.',
    },
    fromFew: (yeses: number) => `from ${plural(yeses, { one: '# yes', other: '# yeses' })}`,
    notJudged: (yeses: number, decided: number): string =>
      decided === 0 ? 'nothing decided' : yeses === 0 ? 'no yes yet' : 'no no yet',
    notAsListed:
      '“Now” is today’s threshold on all of these documents. The list judges each document at the threshold that the others chose, as new ones are; so its figures are not the same.',
    chosenHere:
      'A threshold chosen here was chosen by these very documents: expect a little less of it on new ones.',
    averages: {
      macroF1: ['Macro F1', 'each label counts alike'],
      microF1: ['Micro F1', 'each decision counts alike'],
      precision: ['Precision', 'of what is suggested, how much is right; each label counts alike'],
      recall: ['Recall', 'of what is right, how much is suggested; each label counts alike'],
      meanAveragePrecision: ['Mean average precision', 'whatever the thresholds'],
    } as Record<
      'macroF1' | 'microF1' | 'precision' | 'recall' | 'meanAveragePrecision',
      readonly [string, string]
    >,
    moreFigures: 'More figures',
    moreFiguresNote: 'As counted on these documents; beside it, what new ones would show (95 % interval).',
    byLabel: 'Label by label',
    columns: {
      name: 'Label',
      support: 'Yes / all',
      precision: 'Precision',
      recall: 'Recall',
      f1: 'F1, 95 % interval',
      averagePrecision: 'AP',
      kappa: 'Kappa',
    },
    supportExplained: 'Documents with a yes, of all that were decided',
    averagePrecisionExplained: 'Average precision: how well the label ranks, whatever the threshold',
    kappaExplained:
      'Cohen’s kappa, in hundredths: how far suggestions and your decisions agree beyond chance; 100 is always, 0 is chance',
    interval: (low: number, high: number) => `${tenthsOf(low)} to ${tenthsOf(high)}`,
    countInterval: (low: number, high: number) => `${mean(low)} to ${mean(high)}`,
    curveUnseen: ': curve and threshold',
    curveOf: (name: string) => `Curve and threshold of ${name}`,
    precision: 'Precision',
    recall: 'Recall',
    f1: 'F1',
    suggested: 'Documents suggested',
    right: 'of them rightly',
    precisionByRecall: 'Precision by recall',
    theThreshold: 'The threshold',
    averagePrecision: (share: number) => `Average precision ${tenthsOf(share)} %.`,
    suggestFrom: 'Suggest from',
    suggestFromEnd: 'on',
    thresholdSaid: (threshold: number, precision: number, recall: number) =>
      `${percent(threshold)}, precision ${tenthsOf(precision)} %, recall ${tenthsOf(recall)} %`,
    now: 'Now',
    changed: 'Then',
    use: 'Use this threshold',
    best: (threshold: number) => `Best F1: ${percent(threshold)}`,
    asTuned: 'As tuned',
    askFor: 'What suggestions are to be',
    askForBest: 'The best F1: right and complete alike',
    askForPrecision: (least: number) => `At least ${percent(least)} of them right`,
    askForRecall: (least: number) => `At least ${percent(least)} of all found`,
    askForAll: 'Ask the same of all labels',
    askedForAll: 'All labels are asked for the same.',
    askedFor: (label: string, threshold: number) =>
      `“${label}” is suggested from ${percent(threshold)} on. It follows what you decide.`,
    expectedNow: ({ suggested, precision, recall }: Expectation) =>
      `Expected: suggested on ${plural(suggested, { one: '# document', other: '# documents' })}, ${percent(precision.mean)} of them rightly (${percent(precision.low)} to ${percent(precision.high)}); ${percent(recall.mean)} of all found (${percent(recall.low)} to ${percent(recall.high)}).`,
    expectedNothing: 'No document is sure enough: nothing is suggested, until more is decided.',
    expectedBest: ({ suggested, precision, recall }: Expectation) =>
      `At the best F1: ${plural(suggested, { one: '# document', other: '# documents' })}, ${percent(precision.mean)} rightly, ${percent(recall.mean)} found.`,
    expectedHow:
      'From the probabilities of all documents. On other collections about nine in ten of these intervals held what came.',
    expectedLater: 'It holds from the first decisions on.',
    calibration: 'Calibration',
    calibrationLead: 'When it says 80 %, is it right 8 times in 10? On the dashed line it would be.',
    asItIs: 'As it is',
    ideal: 'Ideal',
    probability: 'Suggested probability',
    share: 'Share that is a yes',
    offBy: (error: number) => `On average it is off by ${tenthsOf(error)} points.`,
    learning: 'Learning curve',
    learningLead:
      'How good each run was, by the documents that it learnt from. Does more annotating still help?',
    learningSeries: 'Held-out macro F1',
    annotated: 'Documents annotated',
    macroF1: 'Macro F1',
    intervalLow: '95 % interval, from',
    intervalHigh: 'to',
    learningSummary: (
      f1: number,
      interval: { low: number; high: number } | null,
      { documents, runs }: { documents: number; runs: number },
    ) =>
      `${tenthsOf(f1)} %${interval ? ` (${tenthsOf(interval.low)} to ${tenthsOf(interval.high)})` : ''} with ${documentCount(documents)}, in ${plural(runs, { one: '# run', other: '# runs' })}.`,
    learningNone:
      'Each training adds a point here, if what it held out has documents with and without a label. Train after 50, 100, 200 documents to see whether more of them still help.',
    matrix: 'Given and suggested together',
    matrixLead:
      'Documents with the label of the row, and how many of them were suggested the label of the column. High figures off the diagonal are labels that are mixed up, or that often come together.',
    matrixMost: (n: number) => `The ${number(n)} most frequent labels are shown.`,
    matrixRegion: 'Matrix of given and suggested labels',
    mistakes: 'Worst mistakes',
    mistakesLead: 'Where the model was most sure and you said the opposite. Open one to read it again.',
    mistakesNone: 'No suggestion contradicts a decision of yours.',
    suspects: 'Decisions to look at again',
    suspectsLead: 'Decisions that the model finds very unlikely: some of them are slips.',
    suspectsNone: 'No decision looks like a slip.',
    you: 'you:',
    model: 'model:',
    showAll: (n: number) => `Show all ${number(n)}`,
  },
};
