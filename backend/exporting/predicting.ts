import { basename } from 'node:path';
import type {
  Device,
  Engine,
  FusionWeights,
  LabelPriors,
  ModelSource,
  Precision,
} from '../../engine/index.ts';
import { predicted } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { writeAtomically } from '../files/atomic.ts';
import { readDocuments } from '../importing/bounded.ts';
import type { ImportOptions } from '../importing/options.ts';
import type { DocumentRecord, ImportProblem } from '../records.ts';
import { withProbabilities } from '../suggesting/fusing.ts';

/** A label to predict: probability at the threshold or above is a yes. */
export interface PredictedLabel {
  readonly name: string;
  readonly description?: string | undefined;
  readonly hypotheses: readonly string[];
  readonly threshold: number;
}

export interface PredictRequest extends ImportOptions {
  readonly file: string;
  readonly out: string;
  readonly overwrite: boolean;
  readonly source: ModelSource & { readonly fusion?: FusionWeights | undefined };
  /** What is usual for the labels, for a combined reading; absent: learnt from the file. */
  readonly priors?: LabelPriors | undefined;
  readonly labels: readonly PredictedLabel[];
  readonly device: Device;
  readonly precision: Precision;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((documents: number, bytes: number, totalBytes: number) => void) | undefined;
  /** A sentence when the device gave out and the processor goes on. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

const CHUNK = 64;

/**
 * Labels a file: one JSON line per document, `{"id", "text", "scores": {label: probability}, "labels"}`, where `id` is
 * null for a document without one: a number could be taken for another's id. Streams; the output appears when it is
 * complete. Rows that can't be read are returned and left out.
 */
export async function predict(
  engine: Engine,
  request: PredictRequest,
): Promise<{ documents: number; problems: ImportProblem[] }> {
  const problems: ImportProblem[] = [];
  let documents = 0;
  let bytes = { read: 0, total: 0 };
  const onBytes = (read: number, total: number) => {
    bytes = { read, total };
  };

  const spec = { ...request.source, ...request, texts: () => firstTexts(request) };
  await withProbabilities(engine, spec, async (score) => {
    const lines = async function* () {
      let chunk: DocumentRecord[] = [];
      const flush = async () => {
        const rows = await score(
          chunk.map(({ text }) => text),
          request.signal,
        );
        const written = chunk.map((document, i) => lineFor(document, request.labels, rows[i]!.probabilities));
        documents += chunk.length;
        chunk = [];
        request.onProgress?.(documents, bytes.read, bytes.total);
        return written.join('');
      };
      for await (const item of readDocuments(request.file, { ...request, onBytes }, request)) {
        if (item.kind === 'problem') problems.push(item.problem);
        else if (item.kind === 'document') chunk.push(item.document);
        if (chunk.length >= CHUNK) yield await flush();
      }
      if (chunk.length > 0) yield await flush();
      if (documents === 0) throw nothingIn(request.file, problems);
    };
    await writeAtomically(request.out, lines(), { overwrite: request.overwrite });
  });
  return { documents, problems };
}

/** So many documents of a file are drawn from when it must tell what is usual for a label. */
const FIRST = 2000;

async function firstTexts(request: PredictRequest): Promise<string[]> {
  const texts: string[] = [];
  for await (const item of readDocuments(request.file, request, request)) {
    if (item.kind === 'document') texts.push(item.document.text);
    if (texts.length === FIRST) break;
  }
  return texts;
}

function lineFor(
  { externalId, text }: DocumentRecord,
  labels: readonly PredictedLabel[],
  probabilities: Float32Array,
): string {
  // A label may be called "__proto__": entries make an own property of any name.
  const scores = Object.fromEntries(labels.map(({ name }, i) => [name, probabilities[i]!]));
  const above = labels
    .filter(({ threshold }, i) => predicted(probabilities[i]!, threshold))
    .map(({ name }) => name);
  return `${JSON.stringify({ id: externalId, text, scores, labels: above })}\n`;
}

function nothingIn(file: string, problems: readonly ImportProblem[]): BackendError {
  const [first] = problems;
  const why = first
    ? `${first.place.line ? `line ${first.place.line}: ` : ''}${first.reason}`
    : 'it has no documents.';
  return new BackendError('nothing_to_predict', `"${basename(file)}" can't be labelled: ${why}`);
}
