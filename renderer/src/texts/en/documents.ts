import type { Sign } from '../../../../contract/index.ts';
import { formats } from '../format.ts';

/** Words for each sign by which a file was recognised. */
type Signs = { readonly [Kind in Sign['kind']]: (sign: Extract<Sign, { kind: Kind }>) => string };

const { list, names: quotedNames, number, percent, plural } = formats('en');
const documentCount = (n: number) => plural(n, { one: '# document', other: '# documents' });
const rows = (n: number) => plural(n, { one: '# row', other: '# rows' });

/** The screens about documents: browse, labels, import. */
export const documents = {
  browse: {
    noDocumentsText: 'Import a file with your texts, then find and label them here.',
    outdated: 'Of what suggested before: the new probability is on its way.',
    ownAnswer:
      'It has learnt from what was decided of this document. Evaluate and exported tables have what would be suggested had nobody decided it.',
    nothing: 'No document matches',
    nothingText: 'Search for less, or take a condition away.',
    help: {
      move: 'move',
      choose: 'choose',
      chooseMore: 'choose more',
      all: 'all that match',
      annotate: 'annotate',
      accept: 'accept suggestions',
      delete: 'delete',
      search: 'search',
    },
    search: 'Search the documents',
    searchPlaceholder: 'Words of a text, or an id',
    state: 'State',
    states: {
      all: 'All documents',
      new: 'Not labelled yet',
      draft: 'Begun',
      done: 'Done',
      skipped: 'Skipped',
      flagged: 'Flagged',
      accepted: 'Accepted suggestions',
    },
    anyLabel: 'Any label',
    relation: 'How the label stands',
    relations: {
      yes: 'is a yes',
      no: 'is a no',
      undecided: 'is undecided',
      open: 'is suggested, undecided',
      suggested: 'is suggested',
      accepted: 'is an accepted suggestion',
    },
    undone: (what: string) => `Undone: ${what}`,
    accept: {
      button: 'Accept suggestions…',
      title: 'Accept suggestions',
      lead: 'Suggestions above their thresholds, on all documents that match. They stay marked as the model’s: nothing is trained or measured with them, and what a person decides replaces them.',
      looking: 'Looking…',
      none: 'No suggestion is above its threshold that is not accepted or decided already.',
      from: (threshold: number) => `from ${percent(threshold)}`,
      right: (share: number) => `about ${percent(share)} expected to be right`,
      unfinished:
        'Nobody has finished a document yet, so nothing tells how often labels apply: the shares expected to be right are guesses, and far fewer may be. Finish some first.',
      doubtful: (n: number) =>
        `${plural(n, { one: 'Of # label', other: 'Of # labels' })} fewer than half of the suggestions are expected to be right: finish more documents first, or leave ${n === 1 ? 'it' : 'them'} out.`,
      stale: (n: number) =>
        `${plural(n, { one: '# suggestion is', other: '# suggestions are' })} out of date, because the model or a label’s sentences have changed since. ${n === 1 ? 'It is' : 'They are'} left out until the model has read ${n === 1 ? 'that document' : 'those documents'} again.`,
      accept: (n: number) => plural(n, { one: 'Accept # suggestion', other: 'Accept # suggestions' }),
      what: (answers: number, n: number) =>
        `${plural(answers, { one: '# suggestion', other: '# suggestions' })} on ${documentCount(n)}`,
      done: (answers: number, n: number) =>
        `${plural(answers, { one: '# suggestion', other: '# suggestions' })} accepted on ${documentCount(n)}.`,
      earlier: 'Accepted so far',
      takeBack: 'Take back',
      byModel: 'model',
    },
    from: (share: number) => `from ${percent(share)}`,
    fromThreshold: (share: number | null) =>
      share === null ? 'from its threshold' : `from its threshold, ${percent(share)}`,
    toThreshold: 'From its threshold',
    disagreement: 'Disagreement',
    duplicates: 'Duplicates',
    fields: {
      field: 'Field',
      another: 'Another field',
      any: 'Any field',
      anyValue: 'Any value',
      valueOf: (name: string) => `Value of ${name}`,
      contains: (name: string) => `What ${name} contains`,
      containing: 'contains',
      from: 'from',
      to: 'to',
      fromOf: (name: string) => `${name} from`,
      toOf: (name: string) => `${name} to`,
      columns: 'Columns',
      up: {
        text: (name: string) => `${name}, A to Z`,
        number: (name: string) => `${name}, smallest first`,
        date: (name: string) => `${name}, earliest first`,
        'yes/no': (name: string) => `${name}, no first`,
      },
      down: {
        text: (name: string) => `${name}, Z to A`,
        number: (name: string) => `${name}, largest first`,
        date: (name: string) => `${name}, latest first`,
        'yes/no': (name: string) => `${name}, yes first`,
      },
    },
    order: 'Order',
    orders: {
      order: 'In order',
      newest: 'Newest decisions first',
      suggestion: 'Likeliest first',
      uncertain: 'Most uncertain first',
      longest: 'Longest first',
      shortest: 'Shortest first',
    },
    showAll: 'Show all',
    documents: 'Documents',
    columns: {
      chosen: 'Chosen',
      text: 'Text',
      labels: 'Labels',
      suggestion: 'Suggestion',
      state: 'State',
    },
    flagged: 'flagged',
    undecidedShort: (n: number) => `${number(n)} open`,
    bulk: 'Change the chosen documents',
    chooseNone: 'Choose none (Escape)',
    chosen: (n: number) => `${documentCount(n)} chosen`,
    bulkLabel: 'Label for the chosen documents',
    yes: 'Yes',
    no: 'No',
    undecided: 'Undecided',
    flag: 'Flag',
    unflag: 'Unflag',
    done: 'Done',
    skip: 'Skip',
    delete: 'Delete',
    /** What was done with the chosen documents. */
    changed: {
      yes: (label: string, n: number) => `“${label}” is a yes now: ${documentCount(n)}.`,
      no: (label: string, n: number) => `“${label}” is a no now: ${documentCount(n)}.`,
      undecided: (label: string, n: number) => `“${label}” is undecided now: ${documentCount(n)}.`,
      flagged: (n: number) => `Flagged: ${documentCount(n)}.`,
      unflagged: (n: number) => `No longer flagged: ${documentCount(n)}.`,
      done: (n: number) => `Done: ${documentCount(n)}.`,
      skipped: (n: number) => `Skipped: ${documentCount(n)}.`,
    },
    most: (n: number) => `At most ${documentCount(n)} can be chosen together.`,
    firstChosen: (n: number) => `The first ${documentCount(n)} are chosen: more can’t be changed together.`,
  },
  labels: {
    lead: 'Name the categories. A document may have any number of them, also none.',
    new: 'New label',
    firstPlaceholder: 'First label, then Enter',
    newPlaceholder: 'New label, then Enter',
    add: 'Add the label',
    moves: 'moves a label, or drag it.',
    compete:
      'Until you train, labels compete: one more or one less changes what is suggested for the others.',
    paste: 'Several at once: paste a list, one label a line.',
    list: 'Labels',
    colour: 'Colour',
    colours: {
      '#0072b2': 'Blue',
      '#d55e00': 'Orange',
      '#009e73': 'Green',
      '#aa4499': 'Purple',
      '#8a6d00': 'Olive',
      '#56789a': 'Slate',
      '#b03060': 'Crimson',
      '#44aa99': 'Teal',
    },
    anotherColour: 'Another colour',
    name: 'Name',
    keepsAnswers: (n: number) => plural(n, { one: 'Keeps its # answer.', other: 'Keeps its # answers.' }),
    key: 'Key',
    auto: 'auto',
    description: 'Description',
    descriptionHint:
      'One line that says what the label is for. Suggestions of the embedded models are better with it, and it goes into exports.',
    guidelines: 'Guidelines',
    guidelinesHint: 'Shown while annotating: what counts, what doesn’t, and close cases.',
    end: 'Merge or delete',
    undoable: 'Both can be undone.',
    mergeInto: 'Merge into',
    mergeIntoWhich: 'Merge into…',
    contradicting: (n: number, from: string, into: string) =>
      `“${from}” and “${into}” contradict each other in ${documentCount(n)}: merged, that is a yes.`,
    giveYes: (n: number, name: string) => `Give its ${number(n)} yes to ${name}`,
    mergeIntoNamed: (name: string) => `Merge into ${name}`,
    delete: 'Delete',
    asked: 'What the model is asked',
    askedLead:
      'A document gets this label when the sentence follows from it. Say it the way you would explain it to someone.',
    sentence: 'Sentence',
    sentenceNumber: (n: number) => `Sentence ${n}`,
    takeSentence: (n: number) => `Take sentence ${n} away`,
    another: 'Another sentence',
    template: 'Take a sentence from a template',
    fromTemplate: 'From a template…',
    previewNone: 'Once there are documents, you see here how they score.',
    previewWorking: 'Scoring a few of your documents…',
    preview: 'How some of your documents score by these sentences alone, without what was learnt',
    deleted: (name: string) => `“${name}” was deleted.`,
    merged: (from: string, into: string) => `“${from}” was merged into “${into}”.`,
    nothingToUndo: 'There is no change of labels to undo.',
    undone: (what: string) => `Undone: ${what}.`,
    unused: 'No answer uses it yet.',
    codeHint: (code: string) => `Typed after “/”: / ${code} Enter.`,
    keyIsAction: (key: string, action: string) =>
      `“${key}” is the key for “${action}”; it can be another one in the settings.`,
    keyNeedsNoShift: (key: string) =>
      `“${key}” can’t be a label’s key: Shift with the key says no. Take a letter or digit, or two or three.`,
    /** Documents that were done before the label existed. */
    unknownTo: (n: number, name: string) =>
      plural(n, {
        one: `# document that you finished knows nothing of “${name}”.`,
        other: `# documents that you finished know nothing of “${name}”.`,
      }),
    goThrough: 'Go through them',
    showThem: 'Show them',
    /** What hangs on a label, the parts that are not 0. */
    has: ({ yes, no, accepted, suggestions }: Record<'yes' | 'no' | 'accepted' | 'suggestions', number>) =>
      `It has ${[
        yes > 0 && `${number(yes)} yes`,
        no > 0 && `${number(no)} no`,
        accepted > 0 && plural(accepted, { one: '# accepted suggestion', other: '# accepted suggestions' }),
        suggestions > 0 && plural(suggestions, { one: '# suggestion', other: '# suggestions' }),
      ]
        .filter((part) => part !== false)
        .join(', ')}.`,
    learntBy: (n: number) =>
      plural(n, { one: '# training run learnt it.', other: '# training runs learnt it.' }),
  },
  import: {
    lead: 'Bring in the documents that you want to sort. They stay on this machine.',
    drop: 'Drop files or a folder here',
    formats:
      'Tables (CSV, Excel, OpenDocument, Parquet), JSON, text, Word, PDF, HTML and mail, also in ZIP files and folders; exports of Label Studio, Prodigy and Argilla.',
    chooseFiles: 'Choose files…',
    chooseFolder: 'Choose a folder…',
    files: 'Files',
    folder: 'Folder',
    reading: 'Reading the files',
    importing: 'Importing',
    fileCount: (n: number) => plural(n, { one: '# file', other: '# files' }),
    leaveOut: (name: string) => `Leave ${name} out`,
    format: 'Format',
    formatChosen: 'You chose it.',
    sheet: 'Sheet',
    sheetRead: (own: string, others: readonly string[]) =>
      `The sheet “${own}” is read. Not read: ${list(others.slice(0, 10).map((name) => `“${name}”`))}${others.length > 10 ? ' …' : ''}.`,
    split: 'Documents',
    splits: {
      whole: 'kept whole',
      page: 'split at pages',
      heading: 'split at headings',
      paragraph: 'split at paragraphs',
      sentences: 'split every five sentences',
    } as Record<'whole' | 'page' | 'heading' | 'paragraph' | 'sentences', string>,
    signs: {
      bytes: () => 'It begins as such files do.',
      fields: ({ names }) => `Its records have ${list(names.map((name) => `“${name}”`))}.`,
      records: () => 'It has records of JSON with no fields of another tool.',
      lines: ({ start }) => `Most of its lines begin with ${start}.`,
      delimiter: ({ delimiter }) =>
        `Its lines have equally many cells with ${delimiter === '\t' ? 'tabs' : `“${delimiter}”`} between them.`,
      ending: ({ ending }) => `Its name ends in ${ending}.`,
      rest: () => 'No other format fits: each line is a document.',
    } as Signs,
    columns: 'What is what',
    absent: 'Labels that a row doesn’t name',
    absentOpen: 'are undecided',
    absentNo: 'are a no',
    absentFormatHelp:
      'The tool this file is from asks for all of its labels at once. Labels that are nowhere in the file stay undecided.',
    absentNoHelp: 'Take this when every row was checked for every label. The rows count as done.',
    absentOpenHelp: 'Only what is named counts as decided; you can go through the rest.',
    conflicts: {
      title: (n: number) =>
        plural(n, { one: '# answer contradicts yours', other: '# answers contradict yours' }),
      lead: 'The file is not known to be newer. Unless you choose otherwise, the answers in the project stay.',
      whose: 'Whose answers count',
      mine: 'Keep all of mine',
      theirs: 'Take all of the file',
      each: 'Choose each',
      document: 'Document',
      label: 'Label',
      project: 'In the project',
      file: 'In the file',
      take: 'Take',
      takeOf: (document: string, label: string) =>
        `Take the answer of the file for ${label} of document ${document}`,
      noTime: 'no time given',
      more: (n: number) =>
        `${plural(n, { one: '# more is', other: '# more are' })} not listed; when you choose each, the answers in the project stay there.`,
      answers: { yes: 'yes', no: 'no', undecided: 'undecided' } as Record<'yes' | 'no' | 'undecided', string>,
    },
    kept: (n: number) =>
      `${plural(n, { one: '# answer', other: '# answers' })} of the project stayed although the file says otherwise.`,
    overwritten: (n: number) =>
      `${plural(n, { one: '# answer was', other: '# answers were' })} replaced by those of the file.`,
    undoThis: 'Undo this import',
    redo: 'Do again',
    earlier: 'Imports so far',
    filesOf: (names: readonly string[]) =>
      names.length > 3
        ? `${names.slice(0, 3).join(', ')} and ${number(names.length - 3)} more`
        : names.join(', '),
    brought: (documents: number, answers: number) =>
      `${documentCount(documents)}, ${plural(answers, { one: '# answer', other: '# answers' })}`,
    takenBack: 'taken back',
    undone: (n: number, answers: number, stayed: number) =>
      `The import was undone: ${documentCount(n)} removed, ${plural(answers, { one: '# answer', other: '# answers' })} as before.${stayed > 0 ? ` ${documentCount(stayed)} stayed, since someone decided on them later or a training used them.` : ''}`,
    redone: (n: number, answers: number, away: number) =>
      `The import was done again: ${documentCount(n)} and ${plural(answers, { one: '# answer', other: '# answers' })} back.${away > 0 ? ` ${documentCount(away)} did not come back: others have their ids or texts now.` : ''}`,
    startOver: 'Start over',
    import: 'Import',
    importCount: (n: number) => `Import ${documentCount(n)}`,
    firstDocuments: 'The first documents',
    id: 'Id',
    text: 'Text',
    labels: 'Labels',
    census: 'What would be imported',
    fresh: ['new', 'will be added'] as readonly [string, string],
    duplicate: ['there already', 'the same text, once is enough'] as readonly [string, string],
    problems: ['refused', 'left out; the reasons stand below'] as readonly [string, string],
    long: ['long', 'read in parts; nothing is cut off'] as readonly [string, string],
    why: (n: number) => `Why ${rows(n)} can’t come in`,
    counting: 'Counting…',
    tryAgain: 'Try again',
    added: (n: number) => `${documentCount(n)} added`,
    known: (n: number) =>
      plural(n, { one: '# document was there already.', other: '# documents were there already.' }),
    chooseAgain: (names: readonly string[]) =>
      `Entail was away for a moment and no longer has ${names.join(', ')}: choose ${names.length === 1 ? 'it' : 'them'} again.`,
    repeated: (n: number) =>
      plural(n, {
        one: '# row has the text of a row before it: both are one document. Results have a row for each.',
        other:
          '# rows have the text of a row before them: each is one document with it. Results have a row for each.',
      }),
    annotated: (n: number) => `${documentCount(n)} came with labels.`,
    newLabels: (names: readonly string[]) => `New labels: ${quotedNames(names)}.`,
    unusable: (n: number) => `${rows(n)} ${n === 1 ? 'was' : 'were'} refused.`,
    unusableRows: 'Refused rows',
    nameLabels: 'Name your labels',
    more: 'Import more',
    cancelledEmpty: 'The import was cancelled. Nothing was added.',
    cancelled: (n: number) =>
      `The import was cancelled. ${plural(n, { one: '# document was added before and is', other: '# documents were added before and are' })} kept; importing again adds the rest.`,
  },
};
