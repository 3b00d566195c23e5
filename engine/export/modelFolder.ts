import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ownerTag } from '../../process/ownerTag.ts';
import { systemWordsOf } from '../../process/systemWords.ts';
import { UNSEEN } from '../check/texts.ts';
import { EngineError } from '../errors.ts';
import { readInside } from '../files/inside.ts';
import { ENCODER, INTERACTION } from '../files/layout.ts';
import type { Model } from '../graph/graph.ts';
import { createScorer } from '../inference/score.ts';
import { stopIfAsked } from '../inference/stopIfAsked.ts';
import { versionWith } from '../model/fusionFile.ts';
import { encoderBeside, type NliModel } from '../model/nliModel.ts';
import type { Encoder, TextModel } from '../model/textModel.ts';
import { writeModel } from '../onnx/write.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { flattenHypotheses, meanPerLabel } from '../zeroshot/ensemble.ts';
import { descriptionOf } from '../zeroshot/labelVector.ts';
import { type BaseCard, baseCardOf } from './baseCard.ts';
import { type CardFacts, type CardLabel, modelCard } from './card.ts';
import { parseExactly } from './exactJson.ts';
import { jobFiles } from './jobFiles.ts';
import { LEARNT } from './learnt/constants.ts';
import { type LearntExport, learntFiles } from './learnt/writing.ts';
import { pytorchWeights } from './pytorchWeights.ts';
import { scoringOf } from './scoring.ts';
import { type Probe, smallerFiles } from './smallerFiles.ts';
import { completeTokenizerConfig } from './tokenizerConfig.ts';
import { verifyInFreshProcess } from './verify.ts';

export interface ExportRequest {
  /** The folder to make; it must not exist. */
  readonly to: string;
  readonly labels: readonly CardLabel[];
  /** Texts whose scores a loader must reproduce. */
  readonly probeTexts: readonly string[];
  readonly card: CardFacts;
  /** What makes the project's suggestions beside the model; absent: the folder is the model alone. */
  readonly learnt?: LearntExport | undefined;
  /** What `weights` has on top of the model as it came (a file of lora/file.ts), of which `learnt` tells that model. */
  readonly trained?: Uint8Array | undefined;
  /** Looked at between the steps; nothing of the folder is left when it aborts before the folder has its name. */
  readonly signal?: AbortSignal | undefined;
  /** For tests: changes the folder before it is checked. */
  readonly tamper?: ((dir: string) => void) | undefined;
}

export interface ExportResult {
  readonly to: string;
  readonly files: readonly string[];
  /** Why there are no weights for PyTorch, as half a sentence; null: there are. */
  readonly withoutPytorch: string | null;
}

/** Files of the tokenizer that are copied when they are there. */
/** Of each file that is copied: as much as a tokenizer may have. */
const MOST_MEGABYTES = 64;

const TOKENIZER_FILES = [
  'tokenizer.json',
  'special_tokens_map.json',
  'vocab.txt',
  'merges.txt',
  'vocab.json',
  'spm.model',
  'sentencepiece.bpe.model',
  'added_tokens.json',
];
/** Keys that may hold a path of the machine where a file was made. */
const PATH_KEYS = [
  '_name_or_path',
  'name_or_path',
  'tokenizer_file',
  'special_tokens_map_file',
  'vocab_file',
  'merges_file',
];

/**
 * Writes a model for anyone to use: `onnx/model.onnx` with the trained weights merged, an 8-bit twin, safetensors with
 * the names of Hugging Face transformers, tokenizer, labels, probe and a card. The folder is written beside its
 * place, checked by a fresh process that reproduces the probe, and only then gets its name.
 *
 * weights: the merged graph. Throws `target_exists`, `export_differs` when the check fails, `cancelled`, or what writing throws;
 * nothing of the folder is then left.
 */
export async function exportModel(
  model: NliModel,
  weights: Model,
  request: ExportRequest,
): Promise<ExportResult> {
  const target = resolve(request.to);
  requireFree(target);
  const partial = join(
    dirname(target),
    `${basename(target)}.partial-${ownerTag()}-${randomBytes(4).toString('hex')}`,
  );
  try {
    mkdirSync(join(partial, 'onnx'), { recursive: true });
    const { files, withoutPytorch } = await writeFolder(partial, model, weights, request);
    request.tamper?.(partial);
    await stopIfAsked(request.signal);
    await verifyInFreshProcess(partial);
    await stopIfAsked(request.signal);
    renameSync(partial, target);
    syncFolder(dirname(target));
    return { to: target, files, withoutPytorch };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw describe(error, target);
  }
}

function requireFree(target: string): void {
  const name = basename(target);
  if (lstatSync(target, { throwIfNoEntry: false })) {
    throw new EngineError('target_exists', `"${name}" exists already.`, 'Choose another folder.');
  }
  if (!existsSync(dirname(target))) {
    throw new EngineError('folder_missing', `There is no folder "${dirname(target)}".`, 'Make it first.');
  }
}

async function writeFolder(
  dir: string,
  model: NliModel,
  weights: Model,
  { labels, probeTexts, card, learnt, trained, signal }: ExportRequest,
): Promise<Omit<ExportResult, 'to'>> {
  const encoder = learnt ? await encoderBeside(model) : null;
  const pytorch = pytorchWeights(model, weights);
  const withoutPytorch = 'without' in pytorch ? pytorch.without : null;
  await stopIfAsked(signal);
  const probe = await probeOf(model, weights, labels, probeTexts);
  await stopIfAsked(signal);
  const hypotheses = labels.flatMap((label) => label.hypotheses);
  const smaller = await smallerFiles(model, weights, {
    labels,
    probe,
    texts: probeTexts,
    hypotheses,
    signal,
  });
  // Read in windows: long texts are read otherwise than by the model alone.
  const long = `${probe.texts.at(-1)} `.repeat(2).trim();
  const models = new Map<string, string | Uint8Array>([
    ['onnx/model.onnx', writeModel(weights)],
    ...smaller.map(({ name, bytes }) => [name, bytes] as const),
    ...(encoder ? encoderFiles(encoder) : []),
  ]);
  const texts = [...probe.texts, long];
  const together =
    learnt && (await learntFiles(model, weights, { learnt, trained, texts, files: models, signal }));
  const combined = learnt?.run === null && learnt.combination ? learnt : null;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const contents = new Map<string, string | Uint8Array>([
    ['config.json', json(configOf(model))],
    ...copied(model),
    ...models,
    ...('tensors' in pytorch
      ? [['model.safetensors', writeSafetensors(pytorch.tensors, { format: 'pt' })] as const]
      : []),
    ['labels.json', json(labels.map(labelInFile))],
    ['probe.json', json(probe)],
    ['scoring.json', json(scoringOf(model, encoder))],
    ...jobFiles(),
    ...(together ?? []),
    ...(combined ? untrainedReading(combined, encoder !== null) : []),
    [
      'README.md',
      modelCard(card, labels, {
        withoutPytorch,
        smaller,
        base: baseCard(model),
        encoder: encoder !== null,
        combined: combined !== null,
      }),
    ],
  ]);
  const folders = [
    ...['jobs', ...(learnt ? [LEARNT] : [])],
    ...(encoder ? [ENCODER, `${ENCODER}/onnx`] : []),
  ];
  for (const folder of folders) mkdirSync(join(dir, folder));
  for (const [name, content] of contents) writeDurably(join(dir, name), content);
  for (const folder of ['onnx', ...folders]) syncFolder(join(dir, folder));
  syncFolder(dir);
  return { files: [...contents.keys()], withoutPytorch };
}

/** The combined reading asks for the description, too: it is a wording of the label. */
const labelInFile = (label: CardLabel) => {
  const { name, hypotheses, threshold } = label;
  const description = descriptionOf(label);
  return { name, ...(description !== undefined && { description }), hypotheses, threshold };
};

/** A model that was not trained is read by others, too, as it is read here before anybody decides. */
const untrainedReading = ({ combination, priors }: LearntExport, encoder: boolean): [string, string][] => [
  ['entail.json', `${JSON.stringify({ version: versionWith(encoder, combination), combination })}\n`],
  ...(priors ? [['priors.json', `${JSON.stringify(priors)}\n`] satisfies [string, string]] : []),
];

/** The base's config with the classes named as Hugging Face spells them. */
function configOf({ folder, classes }: NliModel): Record<string, unknown> {
  const config = readJson(folder.dir, 'config.json');
  const names: [number, string][] =
    classes.kind === 'three'
      ? [
          [classes.entailment, 'entailment'],
          [classes.neutral, 'neutral'],
          [classes.contradiction, 'contradiction'],
        ]
      : [
          [classes.entailment, 'entailment'],
          [classes.contradiction, 'not_entailment'],
        ];
  names.sort(([a], [b]) => a - b);
  return {
    ...config,
    id2label: Object.fromEntries(names),
    label2id: Object.fromEntries(names.map(([id, name]) => [name, id])),
  };
}

/** What the base model's README.md says; a folder without one says nothing. */
function baseCard({ folder }: NliModel): BaseCard {
  return baseCardOf(readInside(folder.dir, 'README.md', MOST_MEGABYTES)?.toString('utf8') ?? '');
}

/** The encoder as it came: what was tuned of it lies in `learnt/`. */
const encoderFiles = (encoder: Encoder): [string, string | Uint8Array][] =>
  [
    ['config.json', `${JSON.stringify(readJson(encoder.folder.dir, 'config.json'), null, 2)}\n`] as const,
    ...copied(encoder),
    ...copiedWhole(encoder, LICENCE, INTERACTION),
    ['onnx/model.onnx', writeModel(encoder.prepared.model)] as const,
  ].map(([name, content]) => [`${ENCODER}/${name}`, content]);

/** Those of these files that its folder has. */
const copiedWhole = ({ folder }: Encoder, ...names: readonly string[]): [string, Uint8Array][] =>
  names.flatMap((name): [string, Uint8Array][] => {
    const bytes = readInside(folder.dir, name, MOST_MEGABYTES);
    return bytes === null ? [] : [[name, bytes]];
  });
const LICENCE = 'LICENSE';

/** The tokenizer's files; its settings are completed where the source had none, or not all that others need. */
function copied({
  folder: { dir, maxLength },
  tokenizer,
  prepared,
}: TextModel): [string, string | Uint8Array][] {
  const whole = TOKENIZER_FILES.flatMap((name): [string, Uint8Array][] => {
    // A link out of the folder would put any file of this machine into what is given away.
    const bytes = readInside(dir, name, MOST_MEGABYTES);
    return bytes === null ? [] : [[name, bytes]];
  });
  const definition = whole.find(([name]) => name === 'tokenizer.json')?.[1];
  const settings = completeTokenizerConfig(readJson(dir, 'tokenizer_config.json'), {
    tokenizer: definition && JSON.parse(Buffer.from(definition).toString('utf8')),
    maxLength,
    padId: tokenizer.padId,
    inputs: prepared.model.graph.inputs.map(({ name }) => name),
  });
  return [...whole, ['tokenizer_config.json', `${JSON.stringify(settings, null, 2)}\n`]];
}

/** Numbers stay as they were written; a file that is not there has none. */
function readJson(dir: string, name: string): Record<string, unknown> {
  const bytes = readInside(dir, name, MOST_MEGABYTES);
  if (bytes === null) return {};
  const json = parseExactly(bytes.toString('utf8').replace(/^\uFEFF/, '')) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(json).filter(([key]) => !PATH_KEYS.includes(key)));
}

async function probeOf(
  model: NliModel,
  weights: Model,
  labels: readonly CardLabel[],
  own: readonly string[],
): Promise<Probe> {
  const { sentences, labelOf } = flattenHypotheses(labels.map(({ hypotheses }) => hypotheses));
  const texts = probeTexts(model, sentences, own);
  const scorer = await createScorer(model, { weights });
  try {
    const rows = await scorer.score({ texts, hypotheses: sentences });
    return {
      how: `onnx/model.onnx in float32. Each text is the premise and each sentence of labels.json a hypothesis, with the special tokens of tokenizer.json; every text fits the ${model.folder.maxLength} tokens of the model, so nothing is cut. The score of a sentence is the softmax over the logits of entailment and ${model.classes.kind === 'two' ? 'not_entailment' : 'contradiction'} alone; that of a label is the mean over its sentences.`,
      texts,
      labels: labels.map(({ name }) => name),
      scores: rows.map(({ probabilities }) =>
        Array.from(meanPerLabel(probabilities, labelOf, labels.length), (p) => Math.round(p * 1e6) / 1e6),
      ),
    };
  } finally {
    await scorer.release();
  }
}

/** The user's texts that the model reads whole, and built-in ones: a short one, and one that is as long as may be. */
function probeTexts(
  { tokenizer, folder }: NliModel,
  sentences: readonly string[],
  own: readonly string[],
): string[] {
  const room = Math.min(
    ...sentences.map((sentence) =>
      tokenizer.roomFor(tokenizer.encodeHypothesisIds(sentence), folder.maxLength),
    ),
  );
  const fits = (text: string) => tokenizer.encodePremiseIds(text).length <= room;
  const words = UNSEEN.join(' ').split(' ');
  const many = Array.from({ length: Math.ceil(room / words.length) + 1 }, () => words).flat();
  let [most, beyond] = [0, Math.min(many.length, room) + 1];
  while (beyond - most > 1) {
    const middle = (most + beyond) >> 1;
    if (fits(many.slice(0, middle).join(' '))) most = middle;
    else beyond = middle;
  }
  const builtIn = [UNSEEN[1]!, many.slice(0, most).join(' ')].filter((text) => text !== '' && fits(text));
  return [...own.filter(fits), ...builtIn];
}

function writeDurably(path: string, content: string | Uint8Array): void {
  const descriptor = openSync(path, 'wx');
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const whyNotWritten = systemWordsOf('ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EPERM', 'EROFS', 'EIO');

function describe(error: unknown, target: string): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  const why = whyNotWritten(code);
  if (why === undefined || error instanceof EngineError) return error;
  return new EngineError(
    'export_failed',
    `"${basename(target)}" can't be written: ${why}.`,
    'Choose another place.',
    error,
  );
}
