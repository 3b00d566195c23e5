/**
 * What a person should get of each case of a collection of small inputs (a folder per case, beside the repository). None
 * of its texts is here: documents are told by id and length, answers by label.
 */
export interface Step {
  /** Files of the case. */
  readonly files: readonly string[];
  /** Beside them, of the command line. */
  readonly options?: readonly string[];
  /** A file of the case with the project's labels. */
  readonly labels?: string;
  /** Documents in their order: "id length +label -label" ("-" for no id); labels that are undecided are left out. */
  readonly documents?: readonly string[];
  /** Instead of all of them: how many there are. */
  readonly count?: number;
  readonly newLabels?: readonly string[];
  /** Rows that are refused, by their line or record. */
  readonly refused?: readonly number[];
  /** What is told, in any of the report's sentences. */
  readonly told?: RegExp;
  /** What the app's page tells instead, in its own words. */
  readonly toldInApp?: RegExp;
  /** Other parts of the report, as numbers. */
  readonly report?: Readonly<Record<string, number>>;
  /** The code of the failure that ends the import. */
  readonly fails?: string;
  /** Afterwards: answers by id, as `annotate --from` reads them. */
  readonly answers?: string;
}

export const IMPORTS: Readonly<Record<string, readonly Step[]>> = {
  '01-label-studio-json-min-control-name': [
    { files: ['export.json'], documents: ['1 38 +late +packaging -price', '2 32 -late -packaging +price'] },
    { files: ['export.csv'], documents: ['1 38 +late +packaging -price', '2 32 -late -packaging +price'] },
  ],
  '03-answers-by-id-wrong-document': [
    {
      files: ['upper.csv'],
      labels: 'labels.json',
      answers: 'a1.jsonl',
      documents: ['3 32 -late +price', '1 38 +late -price', '2 8'],
    },
    { files: ['lower.csv'], labels: 'labels.json', answers: 'a2.jsonl', fails: 'annotation_invalid' },
    {
      files: ['floats.csv'],
      labels: 'labels.json',
      answers: 'a3.jsonl',
      documents: ['1.0 32', '3.0 38 +late -price', '2.0 8'],
    },
  ],
  '04-one-row-per-label': [
    {
      files: ['ids.csv'],
      documents: ['1 38 +late +packaging', '2 32 +price'],
      report: { read: 3, known: 1, differingCount: 1, contradictions: 0 },
    },
    {
      files: ['texts.csv'],
      documents: ['- 38 +late +packaging', '- 32 +price'],
      report: { differingCount: 1 },
    },
    { files: ['rows.jsonl'], documents: ['- 38 +late +packaging'], report: { differingCount: 1 } },
  ],
  '05-column-named-comment': [
    { files: ['two.csv'], documents: ['- 36', '- 28', '- 23'], newLabels: [] },
    { files: ['label.csv'], documents: ['- 36 +rude', '- 17 +kind'] },
    { files: ['one.jsonl'], documents: ['- 28 +rude'] },
  ],
  '06-column-named-status': [
    { files: ['orders.csv'], documents: ['1 31 +late', '2 29 +price', '3 28 +late'] },
  ],
  '08-tsv-with-lone-quotes': [
    { files: ['two.tsv'], documents: ['1 18 +a', '2 20 +b', '3 18 +b', '4 20 +a', '5 18 +b'] },
    { files: ['inch.tsv'], documents: ['1 18 +a', '2 20 +b', '3 18 +b', '4 19 +a', '5 19 +b', '6 18 +a'] },
    { files: ['one.tsv'], documents: ['1 18 +a', '2 20 +b', '3 18 +b'] },
  ],
  '09-doccano-older-export': [
    { files: ['all.jsonl'], count: 0, refused: [1, 2], told: /labels are numbers of a label list/ },
  ],
  '11-empty-label-list': [
    { files: ['all.jsonl'], documents: ['1 38 +late', '2 27'] },
    {
      files: ['all.jsonl'],
      options: ['--absent', 'no'],
      documents: ['1 38 -unused here +late', '2 27 -unused here -late'],
    },
  ],
  '12-label-with-hash': [
    { files: ['single.csv'], documents: ['1 36 +C#', '2 32 +C#', '3 28 +Java'], newLabels: ['C#', 'Java'] },
    { files: ['list.csv'], documents: ['1 30 +c# +.net +enums', '2 33 +c# +io'] },
    { files: ['doccano.csv'], documents: ['1 38 +late +packaging', '2 32 +price'] },
    {
      files: ['doccano.csv'],
      options: ['--separator', 'none'],
      documents: ['1 38 +late#packaging', '2 32 +price'],
    },
  ],
  '13-label-with-comma': [
    {
      files: ['d.csv'],
      labels: 'labels.json',
      documents: ['1 36 +Food, drinks', '2 27 +Service', '3 33 +Food, drinks'],
      newLabels: [],
    },
    { files: ['d.csv'], documents: ['1 36 +Food, drinks', '2 27 +Service', '3 33 +Food, drinks'] },
    {
      files: ['d.csv'],
      options: ['--separator', ','],
      documents: ['1 36 +Food +drinks', '2 27 +Service', '3 33 +Food +drinks'],
    },
  ],
  '14-excel-sep-line': [
    { files: ['semi.csv'], documents: ['1 38 +late', '2 25 +price'] },
    { files: ['comma.csv'], documents: ['- 38 +late', '- 25 +price'] },
  ],
  '16-repeated-headers': [
    {
      files: ['jira.csv'],
      documents: ['AB-1 35 +login +frontend', 'AB-2 35 +export', 'AB-3 32 +login +mobile +auth'],
    },
  ],
  '17-no-header': [
    { files: ['sms.tsv'], documents: ['- 35', '- 42', '- 34'], newLabels: [] },
    { files: ['sms.txt'], documents: ['- 35', '- 42'] },
    {
      files: ['sms.tsv'],
      options: ['--labels-column', '1'],
      documents: ['- 35 +ham', '- 42 +spam', '- 34 +ham'],
    },
    { files: ['news.csv'], fails: 'text_column_unclear' },
    { files: ['news.csv'], options: ['--text-column', '2'], documents: ['- 39', '- 29'] },
  ],
  '18-backslash-quotes': [{ files: ['d.csv'], documents: ['1 29 +late', '2 38 +late', '3 32 +price'] }],
  '19-one-hot-with-missing': [
    { files: ['nan.csv'], documents: ['1 38 +late', '2 32 -late +price'] },
    { files: ['minus.csv'], documents: ['1 38 +late', '2 32 -late +price'] },
    { files: ['none.csv'], documents: ['1 38 +late', '2 32 -late +price'] },
    { files: ['ja.csv'], documents: ['1 38 +late -price', '2 32 -late +price'] },
    {
      files: ['prob.csv'],
      documents: ['1 38 +late', '2 32 -late'],
      told: /could be probabilities.*price/,
      toldInApp: /price\s[^\n]*\n?This could be a label/,
    },
    {
      files: ['prob.csv'],
      options: ['--label-column', 'late', '--label-column', 'price', '--cutoff', '0.9'],
      documents: ['1 38 +late -price', '2 32 -late -price'],
    },
  ],
  '21-parquet-compression': ['zstd', 'gzip', 'brotli', 'lz4', 'snappy'].map((codec) => ({
    files: [`${codec}.parquet`],
    documents: ['- 38 +late', '- 32 +price'],
  })),
  '22-parquet-integer-labels': [
    { files: ['hot.parquet'], documents: ['- 38', '- 32'], newLabels: [], told: /these are numbers/ },
    {
      files: ['inttext.parquet'],
      options: ['--text-column', 'text'],
      count: 0,
      refused: [1, 2],
      told: /text is no string/,
    },
  ],
  '23-nan-in-jsonl': [
    { files: ['first.jsonl'], documents: ['1 38 +late', '2 32 +price'] },
    { files: ['later.jsonl'], documents: ['2 32 +price', '1 38 +late'] },
  ],
  '24-python-tuples-sets-arrays': [
    { files: ['tuple.csv'], documents: ['- 38 +late +price', '- 32 +late'] },
    { files: ['set.csv'], documents: ['- 38 +price +late', '- 32'] },
    { files: ['array.csv'], documents: ['- 38 +late +price', '- 32'] },
    { files: ['list.csv'], documents: ['- 38 +late +price', '- 32'] },
  ],
  '25-one-bad-byte': [
    { files: ['cut.csv'], count: 201, refused: [], told: /One character is no UTF-8.*line 202/ },
  ],
  '26-windows-1252-in-the-app': [
    { files: ['excel.csv'], documents: ['1 19 +spät', '2 14 +Preis'], told: /read as windows-1252/ },
    {
      files: ['excel.csv'],
      options: ['--encoding', 'windows-1252'],
      documents: ['1 19 +spät', '2 14 +Preis'],
    },
  ],
  '27-excel-unicode-text': [{ files: ['u.txt'], documents: ['1 17 +spät', '2 13 +Preis'] }],
  '33-argilla-1-records': [{ files: ['r.jsonl'], documents: ['a1 38 +late'] }],
  '34-integer-labels': [
    { files: ['setfit.jsonl'], documents: ['- 38 +late', '- 32 +price'] },
    { files: ['two.csv'], documents: ['- 38', '- 32'], newLabels: [], report: { unnamed: 2 } },
    { files: ['three.csv'], documents: ['- 38', '- 32', '- 29'], newLabels: [], report: { unnamed: 3 } },
    {
      files: ['three.csv'],
      options: ['--rename', '0=price', '--rename', '1=wrong', '--rename', '2=late'],
      documents: ['- 38 +late', '- 32 +price', '- 29 +wrong'],
    },
    { files: ['mixed.jsonl'], documents: ['- 38 +late'], report: { unnamed: 1 } },
  ],
  '35-labels-differ-in-case': [
    {
      files: ['file.csv'],
      labels: 'labels.json',
      documents: ['1 20 +Shipping', '2 17 +Price'],
      newLabels: [],
      told: /shipping → Shipping/,
      toldInApp: /What shipping is called in the project: Shipping/,
    },
    {
      files: ['both.csv'],
      documents: ['1 20 +Shipping', '2 17 +price', '3 12 +Shipping'],
      newLabels: ['Shipping', 'price'],
    },
  ],
  '39-label-list-of-doccano': [{ files: ['label_config.json'], fails: 'labels_not_documents' }],
  '40-many-labels': [{ files: ['d.csv'], fails: 'too_many_labels' }],
  '41-office-and-archives': [
    { files: ['a.xlsx'], fails: 'workbook_broken' },
    { files: ['a.csv.gz'], documents: ['1 11'] },
  ],
  '42-bom': [
    { files: ['a.csv'], documents: ['- 15 +a', '- 16 +b'] },
    { files: ['a.jsonl'], documents: ['- 15 +a'] },
  ],
  '43-utf-16': [
    { files: ['a.csv'], documents: ['- 15 +a'] },
    { files: ['b.csv'], documents: ['- 15 +a'] },
    { files: ['b.csv'], options: ['--encoding', 'utf-16le'], documents: ['- 15 +a'] },
  ],
  '44-semicolons-and-decimal-commas': [
    { files: ['a.csv'], documents: ['1 38 +late -price', '2 17 -late +price'] },
    { files: ['b.csv'], documents: ['- 26 +spät', '- 16 +Preis'] },
  ],
  '45-line-breaks-and-quotes-in-cells': [{ files: ['a.csv'], documents: ['1 24 +a', '2 8 +b'] }],
  '46-nul-surrogates-huge-cells': [
    { files: ['a.csv'], documents: ['1 21 +a', '2 300000 +a'] },
    { files: ['b.jsonl'], documents: ['1 16 +a', '2 10 +a'] },
  ],
  '47-ids-of-excel': [
    {
      files: ['a.csv'],
      documents: ['007 19 +a', '1.23457E+11 16 +a'],
      refused: [4],
      told: /belongs to another text/,
      report: { changed: 1 },
    },
    { files: ['b.jsonl'], documents: ['12345678901234567890 15'] },
  ],
  '51-training-with-nothing-to-learn': [
    {
      files: ['conflict.jsonl'],
      labels: 'labels.json',
      count: 4,
      report: { differingCount: 2, contradictions: 4 },
    },
  ],
};
