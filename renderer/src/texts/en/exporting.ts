import { formats } from '../format.ts';

const { plural, tenthsOf } = formats('en');
const documentCount = (n: number) => plural(n, { one: '# document', other: '# documents' });

/** The export's screen. */
export const exporting = {
  export: {
    lead: 'Take the model and the annotations with you.',
    results: 'Results',
    resultsLead:
      'A table as you brought it in: your columns in their order, then for each label what holds, what people decided and what the model says.',
    tables: {
      xlsx: 'Excel',
      'results-csv': 'CSV table',
      'results-parquet': 'Parquet table',
      'results-jsonl': 'JSONL rows',
      'nli-pairs': 'NLI pairs',
    } as Record<string, string>,
    resultsOfAll:
      'The table has every document of the project, also those that are not done. Rows that were refused when they were imported are not in it. Beside each answer it says whether it is a person’s or the model’s.',
    unfinished:
      'Nobody has finished a document yet, so nothing tells how often labels apply: how many of the model’s answers in the table are right is a guess, and far fewer may be than their probabilities say. Finish some documents first.',
    doubtful: (n: number) =>
      `${plural(n, { one: 'Of # label', other: 'Of # labels' })} fewer than half of the model’s answers in the table are expected to be right: finish more documents first, or go by the columns that say who decided.`,
    annotations: 'Annotations',
    annotationsLead: 'The documents with what was decided of them, for other tools.',
    format: 'Format',
    keepsEverything: 'This format keeps everything.',
    losses: (format: string) => `What ${format} can’t carry`,
    onlyDone: 'Only documents that are done',
    leftOut: (n: number) =>
      `${plural(n, { one: '# document is', other: '# documents are' })} left out: something is decided, and they are not done yet. Training learns from what is decided there.`,
    missing: (n: number) =>
      `Suggestions are being made: of ${plural(n, { one: '# document', other: '# documents' })} there are none yet, and none go into the file. Wait until they are there to have them in it.`,
    outdated: (n: number) =>
      `Of ${plural(n, { one: '# document', other: '# documents' })} what was suggested was out of date, and was left out. Export again once suggestions are there.`,
    excelSafe: 'Safe for spreadsheets',
    excelSafeHelp:
      'An apostrophe goes before cells that a spreadsheet would run as formulas; importing the file here takes it away again.',
    excelUnsafeHelp:
      'Cells are written exactly as they are. A spreadsheet runs those that begin with =, +, - or @.',
    exporting: 'Exporting…',
    exportAs: (format: string) => `Export as ${format}`,
    model: 'Model',
    modelLead: 'A folder that works on its own, without Entail.',
    whichRun: 'Which training run',
    learntFrom: (n: number) => `Learnt from ${documentCount(n)}.`,
    f1Alone: (f1: number) => `F1 of the run alone ${tenthsOf(f1)} %`,
    inUse: ' (in use)',
    untrained: 'Without a training',
    untrainedHint: 'The model as it came, with what your decisions taught.',
    exportModel: 'Export the model',
    exportingModel: 'Exporting the model',
    checking: 'Merging what was learnt, writing, then checking that the exported model says the same.',
    contains: {
      model: 'the whole model with what it learnt merged in, for ONNX Runtime anywhere',
      config: 'so that transformers.js and Python read it as it is',
      learnt:
        'what decisions taught beside the model: with it, the Python in the folder suggests as Entail does',
      labels: 'your labels, their sentences and thresholds',
      readme: 'a model card: how it was trained, how well it does',
    },
    together:
      'This Python suggests as Entail does: by the model together with what decisions taught. JavaScript and transformers give the model alone.',
    alone: {
      'other run':
        'This is the run alone: what decisions taught goes with what suggests now. Choose that to export both.',
      'nothing learnt': 'This is the run alone: decisions have taught nothing beside it yet.',
    },
    noModel: 'There is no trained model yet. A training makes more of your decisions: it takes one click.',
    train: 'Train a model',
    cancelled: 'The export was cancelled. Nothing was written.',
    howToUse: 'How to use the model',
    copyCode: 'Copy this code',
    exported: 'Exported',
    verified: 'Exported and verified',
    inAll: (size: string) => `${size} in all`,
    show: 'Show in folder',
    download: 'Download',
    notThere: (name: string) => `“${name}” is no longer there. Export again.`,
    noKey: (name: string) => `“${name}” was not sent: Entail was started anew and no longer knows this tab.`,
    notSent: (name: string, status: number) =>
      `“${name}” could not be sent (HTTP ${status}). Try again, or copy it from the place above.`,
    oneByOne: 'Click a file to download it. What stands before “/” is the folder that it belongs in.',
    downloadOf: (name: string) => `Download ${name}`,
    copyPlace: 'Copy where it is',
  },
};
