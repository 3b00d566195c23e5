import { predicted } from '../../../engine/light.ts';
import type { Chunks } from '../../files/atomic.ts';
import { objectOf } from '../json.ts';
import type { Prediction, PredictionJournal } from '../predictionJournal.ts';
import { tableFormatOf } from './all.ts';
import { jsonlTable } from './jsonl.ts';
import { finalOf, labelCells, resultHeader } from './labelColumns.ts';
import { OriginalColumns } from './originalColumns.ts';
import type { Cell, ResultColumn } from './table.ts';

interface Thresholded {
  readonly name: string;
  readonly threshold: number;
}

/** The file of predictions, in the form that its name's ending says. Throws `ending_unknown`. */
export async function predictedFile(
  out: string,
  journal: PredictionJournal,
  labels: readonly Thresholded[],
): Promise<Chunks> {
  const original = new OriginalColumns();
  for await (const { document } of journal.all()) original.add(document);
  const format = tableFormatOf(out);
  // Fields of JSON nest: one has the scores of all labels.
  if (format === jsonlTable) return lines(journal, labels, original);
  const own: ResultColumn[] = [...original.columns, { name: 'result', kind: 'list' }];
  return format.write(
    {
      columns: resultHeader(
        own,
        labels.map(({ name }) => name),
      ),
      async *rows() {
        for await (const prediction of journal.all())
          yield [...original.cells(prediction.document), ...cellsOf(prediction, labels)];
      },
    },
    {},
  );
}

function cellsOf({ probabilities, passages }: Prediction, labels: readonly Thresholded[]): Cell[] {
  const results = labels.map(({ threshold }, i) => ({
    decided: null,
    accepted: false,
    probability: probabilities[i]!,
    threshold,
    passage: passages[i] ?? null,
  }));
  return [above(probabilities, labels), ...results.flatMap((result) => labelCells(result, finalOf(result)))];
}

const above = (probabilities: readonly number[], labels: readonly Thresholded[]): string[] =>
  labels.filter(({ threshold }, i) => predicted(probabilities[i]!, threshold)).map(({ name }) => name);

async function* lines(
  journal: PredictionJournal,
  labels: readonly Thresholded[],
  original: OriginalColumns,
): AsyncGenerator<string> {
  const names = original.columns.map(({ name }) => name);
  for await (const { document, probabilities } of journal.all()) {
    const cells = original.cells(document);
    const columns = names.flatMap((name, i) => (cells[i] == null ? [] : [[name, cells[i]] as const]));
    yield `${JSON.stringify({
      id: document.externalId,
      text: document.text,
      // A label may be called "__proto__": entries make an own property of any name.
      scores: objectOf(labels.map(({ name }, i) => [name, probabilities[i]!] as const)),
      labels: above(probabilities, labels),
      columns: objectOf(columns),
    })}\n`;
  }
}
