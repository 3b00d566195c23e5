import {
  createFuser,
  createTaker,
  type FusionWeights,
  type LabelPriors,
  logistic,
} from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { EvidenceColumn } from '../project/store/evidenceColumns.ts';
import { priorSample } from './priorSample.ts';
import { priorsFrom } from './priors.ts';
import { isUnasked } from './scorers.ts';

/** Probabilities of a project's documents and labels. */
export interface Suggestions {
  /** Ids of the project's labels, in their order. */
  readonly labelIds: readonly number[];
  /** NaN without evidence. */
  probability(documentId: number, labelId: number): number;
  /** Whether there is a probability of every label, and there are labels. */
  has(documentId: number): boolean;
  /** Probabilities in label order; undefined where one is missing. */
  row(documentId: number): Float32Array | undefined;
  /** The scorer whose evidence a suggestion follows from; 0 without evidence. */
  scorer(documentId: number, labelId: number): number;
  /** Whether the evidence of all documents is read. */
  readonly complete: boolean;
}

export interface ZeroShot extends Suggestions {
  /** Log-odds of entailment of each label, in their order, as they are fused; NaN without evidence. */
  entailed(documentId: number): Float32Array;
}

const kept = new WeakMap<Project, Fused>();

/**
 * What follows from a project's evidence alone, without what decisions taught: of all documents, or at least of `only`
 * these. Probabilities are computed of the evidence and of what it tells is usual for the labels; what changed since the
 * last time is computed anew.
 */
export function zeroShotOf(project: Project, only?: readonly number[]): ZeroShot {
  const { columns } = project.stores.evidence;
  if (only) columns.readSome(only);
  else columns.readAll();
  const fused = kept.get(project) ?? new Fused(project);
  kept.set(project, fused);
  fused.follow();
  return fused;
}

/** Labels that compete with each other: read by one model, in one way. */
interface Group {
  readonly fusion: FusionWeights;
  /** Positions among the labels. */
  readonly members: readonly number[];
  readonly scorers: number[];
  /** Those of them that documents were asked with. */
  readonly asked: Set<number>;
  readonly priors: LabelPriors;
}

class Fused implements ZeroShot {
  labelIds: readonly number[] = [];
  readonly #project: Project;
  #version = -1;
  /** The documents that told what is usual for the labels. */
  #sample: readonly number[] = [];
  /** What the numbers below were computed with. */
  #basis = '';
  #positions = new Map<number, number>();
  #probabilities: Float32Array[] = [];
  #rows = 0;
  #entailed: (row: number) => Float32Array = () => new Float32Array(0);

  constructor(project: Project) {
    this.#project = project;
  }

  get complete(): boolean {
    return this.#project.stores.evidence.columns.complete;
  }

  probability(documentId: number, labelId: number): number {
    const row = this.#project.stores.evidence.columns.rowOf(documentId);
    const position = this.#positions.get(labelId);
    if (row === undefined || position === undefined) return Number.NaN;
    return this.#probabilities[position]?.[row] ?? Number.NaN;
  }

  has(documentId: number): boolean {
    const row = this.#project.stores.evidence.columns.rowOf(documentId);
    if (row === undefined || this.labelIds.length === 0) return false;
    return this.#probabilities.every((column) => !Number.isNaN(column[row] ?? Number.NaN));
  }

  row(documentId: number): Float32Array | undefined {
    if (!this.has(documentId)) return undefined;
    const own = new Float32Array(this.labelIds.length);
    for (let i = 0; i < own.length; i++) own[i] = this.probability(documentId, this.labelIds[i]!);
    return own;
  }

  entailed(documentId: number): Float32Array {
    const row = this.#project.stores.evidence.columns.rowOf(documentId);
    return row === undefined ? new Float32Array(this.labelIds.length).fill(Number.NaN) : this.#entailed(row);
  }

  scorer(documentId: number, labelId: number): number {
    const { columns } = this.#project.stores.evidence;
    const row = columns.rowOf(documentId);
    return row === undefined ? 0 : (columns.column(labelId)?.scorer[row] ?? 0);
  }

  /** Computes what the evidence that came since the last time changes. */
  follow(): void {
    const { columns } = this.#project.stores.evidence;
    const labelIds = this.#project.stores.labels.all().map(({ id }) => id);
    // Documents go, come back and are drawn anew without any evidence becoming another.
    const sample = priorSample(this.#project);
    const isSame = areEqual(labelIds, this.labelIds) && areEqual(sample, this.#sample);
    if (isSame && this.#version === columns.version) return;
    if (sample.length > 0) columns.readSome(sample);
    this.#version = columns.version;
    this.#sample = sample;
    this.labelIds = labelIds;
    this.#positions = new Map(labelIds.map((id, i) => [id, i]));
    const groups = this.#groups(sample);
    const basis = JSON.stringify([labelIds, groups]);
    const changed = columns.takeChanged();
    const anew = basis !== this.#basis || changed === null;
    this.#basis = basis;
    this.#grow(columns.rows);
    const rows = anew ? [] : [...changed].flatMap((id) => columns.rowOf(id) ?? []);
    const compute = this.#computer(groups);
    this.#entailed = this.#taker(groups);
    for (const row of rows) compute(row);
    for (let row = anew ? 0 : this.#rows; row < columns.rows; row++) compute(row);
    this.#rows = columns.rows;
  }

  #grow(rows: number): void {
    this.#probabilities = this.labelIds.map((_, i) => {
      const old = this.#probabilities[i];
      if (old && old.length >= rows) return old;
      const column = new Float32Array(Math.ceil(rows * 1.5)).fill(Number.NaN);
      if (old) column.set(old);
      return column;
    });
  }

  /** A label may have been read by several scorers; those of one model, fused alike, compete. */
  #groups(sample: readonly number[]): Group[] {
    const { columns, scorer } = this.#project.stores.evidence;
    const found = new Map<string, Omit<Group, 'priors' | 'members'> & { readonly members: Set<number> }>();
    for (const [position, labelId] of this.labelIds.entries()) {
      for (const id of columns.column(labelId)?.scorers ?? []) {
        const known = scorer(id);
        if (!known?.fusion) continue;
        const key = JSON.stringify([known.name, known.digest, known.precision, known.fusion]);
        const { fusion } = known;
        const group = found.get(key) ?? { fusion, scorers: [], asked: new Set(), members: new Set() };
        found.set(key, group);
        group.scorers.push(id);
        group.members.add(position);
        if (!isUnasked(known)) group.asked.add(id);
      }
    }
    return [...found.values()].map(({ members, asked, ...group }) => {
      const positions = [...members].sort((a, b) => a - b);
      const labelIds = positions.map((position) => this.labelIds[position]!);
      const priors = priorsFrom(columns, labelIds, sample, asked);
      return { ...group, asked, members: positions, priors };
    });
  }

  /** Reads a row's log-odds of entailment, in label order. */
  #taker(groups: readonly Group[]): (row: number) => Float32Array {
    const { columns } = this.#project.stores.evidence;
    const own = this.labelIds.map((id) => columns.column(id));
    const takers = groups
      .filter(({ priors }) => priors.rest !== undefined)
      .map((group) => ({ ...group, take: createTaker(group.priors), whole: isWhole(group, own) }));
    return (row) => {
      const odds = Float32Array.from(own, (column) => column?.odds[row] ?? Number.NaN);
      for (const { members, take, whole } of takers) {
        if (!whole(row)) continue;
        const pick = (of: 'odds' | 'cosine') =>
          Float32Array.from(members, (member) => own[member]?.[of][row] ?? Number.NaN);
        const taken = take({ odds: pick('odds'), cosine: pick('cosine') });
        for (const [at, member] of members.entries()) odds[member] = taken[at]!;
      }
      return odds;
    };
  }

  /** Writes a row's probabilities. */
  #computer(groups: readonly Group[]): (row: number) => void {
    const { columns } = this.#project.stores.evidence;
    const own = this.labelIds.map((id) => columns.column(id));
    const fusers = groups.map((group) => groupFuser(group, own));
    return (row) => {
      for (const [position, column] of own.entries()) {
        this.#probabilities[position]![row] = column ? logistic(column.odds[row]!) : Number.NaN;
      }
      for (const fuse of fusers) fuse(row, this.#probabilities);
    };
  }
}

const areEqual = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((id, i) => id === other[i]);

const isWhole = ({ members, scorers }: Group, columns: readonly (EvidenceColumn | undefined)[]) => {
  const own = new Set(scorers);
  return (row: number) => members.every((member) => own.has(columns[member]?.scorer[row] ?? 0));
};

/** Fuses those labels of a group that a document was read for. */
function groupFuser(
  group: Group,
  columns: readonly (EvidenceColumn | undefined)[],
): (row: number, probabilities: readonly Float32Array[]) => void {
  const { fusion, members, scorers, priors } = group;
  const own = new Set(scorers);
  const whole = isWhole(group, columns);
  const complete = createFuser(fusion, priors);
  const fusers = new Map<string, ReturnType<typeof createFuser>>();
  const fuserFor = (present: readonly number[]) => {
    if (present === all) return complete;
    const key = present.join(' ');
    const known = fusers.get(key);
    if (known) return known;
    const pick = (values: readonly number[]) => present.map((i) => values[i]!);
    const { documents, odds, cosine } = priors;
    const fuser = createFuser(fusion, {
      documents: pick(documents),
      odds: pick(odds),
      cosine: pick(cosine),
    });
    fusers.set(key, fuser);
    return fuser;
  };
  const all = members.map((_, i) => i);
  const scratch = () => new Float32Array(members.length);
  const reading = { odds: scratch(), cosine: scratch() };
  const fused = scratch();
  return (row, probabilities) => {
    const has = (i: number) => own.has(columns[members[i]!]?.scorer[row] ?? 0);
    const present = whole(row) ? all : all.filter(has);
    if (present.length === 0) return;
    for (let at = 0; at < present.length; at++) {
      const column = columns[members[present[at]!]!]!;
      reading.odds[at] = column.odds[row]!;
      reading.cosine[at] = column.cosine[row]!;
    }
    fuserFor(present)(reading, fused);
    for (let at = 0; at < present.length; at++) probabilities[members[present[at]!]!]![row] = fused[at]!;
  };
}
