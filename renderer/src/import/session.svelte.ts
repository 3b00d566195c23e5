import type {
  Absent,
  Census,
  ImportAct,
  ImportEvent,
  Preview,
  Reading,
  Role,
  SourceFile,
} from '../../../contract/index.ts';
import { api, codeOf, inWords, isAbort, isUnanswered } from '../api.ts';
import { connection, noteFailure } from '../state/connection.svelte.ts';
import { isFromFolder } from '../state/droppedFiles.ts';
import { handOver } from '../state/files.svelte.ts';
import { loadLabels } from '../state/labels.svelte.ts';
import { learnFromDecisions } from '../state/learning.ts';
import { navigation } from '../state/navigation.svelte.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { loadSummary, project } from '../state/project.svelte.ts';
import { refreshSuggestions } from '../state/suggestions.svelte.ts';
import { fail, say } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { Newest } from './newest.ts';

/** What an import ended with. */
export type Outcome = Extract<ImportEvent, { kind: 'done' }>;

export type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'upload'; readonly share: number }
  | { readonly kind: 'map' }
  | { readonly kind: 'run'; readonly share: number; readonly documents: number }
  | { readonly kind: 'done'; readonly outcome: Outcome };

/** Milliseconds in which several changes are one. */
const REST_MS = 300;

/** What an import that was interrupted needs to go on: the backend may have forgotten the files meanwhile. */
interface Kept {
  readonly sources: readonly SourceFile[];
  readonly given: ReadonlyMap<string, File>;
  readonly reading: Reading;
  readonly absent: Absent | undefined;
  /** Of the project that it was for. */
  readonly opened: number;
}

let kept: Kept | null = null;

/** Without what is to be found again. */
const said = (reading: Reading): Reading =>
  Object.fromEntries(Object.entries($state.snapshot(reading)).filter(([, value]) => value !== undefined));

/** One import from choosing files to its result; made anew by each visit of the screen. */
export class ImportSession {
  step = $state<Step>({ kind: 'choose' });
  sources = $state<SourceFile[]>([]);
  /** Of the source that is looked at. */
  preview = $state<Preview | null>(null);
  shown = $state(0);
  /** What was said of how the files are read; the rest is found. */
  reading = $state<Reading>({});
  census = $state<Census | null>(null);
  /** Of the count before: they are shown while it is made anew. */
  lastLabels = $state<Census['labels']>([]);
  /** Why the files can't be counted, in words. */
  failure = $state('');
  /** What was chosen; undefined: what the format says. */
  absent = $state<Absent | undefined>();
  /** Whose answers count: of all conflicts, or of each, where these keys are the file's. */
  whose = $state<'mine' | 'theirs' | 'each'>('mine');
  theirs = $state<readonly string[]>([]);
  acts = $state<ImportAct[]>([]);

  #stop = new AbortController();
  readonly #newest = new Newest();
  /** Whether the preview is of what is said now. */
  #previewed = false;
  /** What the page itself handed over, by token. */
  #given = new Map<string, File>();
  #pending: readonly File[] = [];
  /** Where this session began: it is interrupted where the backend came back while the screen stayed. */
  readonly #began = { restarts: connection.restarts, visits: navigation.visits, opened: project.opened };

  get tokens(): string[] {
    return this.sources.map(({ token }) => token);
  }

  async upload(files: readonly File[]): Promise<void> {
    const total = Math.max(
      1,
      files.reduce((sum, { size }) => sum + size, 0),
    );
    this.#stop = new AbortController();
    this.step = { kind: 'upload', share: 0 };
    this.#pending = files;
    // As of folders that the backend reads: each text in one is a document.
    if (files.some(isFromFolder)) this.reading = { ...this.reading, whole: true };
    try {
      const onProgress = (done: number) => {
        this.step = { kind: 'upload', share: done / total };
      };
      const sources = await handOver(files, { signal: this.#stop.signal, onProgress });
      for (const [i, { token }] of sources.entries()) this.#given.set(token, files[i]!);
      this.#pending = [];
      await this.take(sources);
    } catch (error) {
      // A page that reconnects hands them over again.
      if (isAbort(error) || !isUnanswered(error)) this.#pending = [];
      if (!isAbort(error)) fail(error);
      this.step = { kind: this.sources.length > 0 ? 'map' : 'choose' };
    }
  }

  async choose(what: 'files' | 'folder'): Promise<void> {
    try {
      await this.take(await api.imports.choose({ what }));
    } catch (error) {
      fail(error);
    }
  }

  async take(more: readonly SourceFile[]): Promise<void> {
    if (more.length === 0) return;
    this.sources = [...this.sources, ...more];
    this.step = { kind: 'map' };
    await this.look();
  }

  async leaveOut(token: string): Promise<void> {
    this.sources = this.sources.filter((source) => source.token !== token);
    this.#given.delete(token);
    this.shown = Math.min(this.shown, Math.max(0, this.sources.length - 1));
    await api.imports.discard({ tokens: [token] }).catch(fail);
    if (this.sources.length === 0) return this.restart();
    await this.look();
  }

  /** Says something of how the files are read; undefined: it is found again. */
  async read(change: Reading): Promise<void> {
    this.reading = { ...this.reading, ...change };
    await this.look(REST_MS);
  }

  /** What a column becomes. What the others were found to be is said with it: saying one text leaves the others be. */
  async setRole(column: string, role: Role): Promise<void> {
    // What was said last may not be in the preview yet.
    const said = new Map(this.reading.columns?.map((one) => [one.column, one.role]));
    const columns = this.preview?.columns ?? [];
    const ofTool = columns.some(({ name, choices }) => name === column && choices !== null);
    // A tool has one text.
    const single = ['id', 'annotator', 'time', 'note', 'split'].includes(role) || (ofTool && role === 'text');
    const others = columns
      .filter(({ choices }) => choices === null || choices.length > 0)
      .map((one) => ({ column: one.name, role: said.get(one.name) ?? one.role }))
      .filter((one) => one.column !== column && (one.role !== 'meta' || said.has(one.column)))
      .map((one) => (single && one.role === role ? { ...one, role: 'meta' as const } : one));
    await this.read({ columns: [...others, { column, role }] });
  }

  /** What a label of the files is called in the project; '': it is left out. */
  async rename(from: string, to: string): Promise<void> {
    const names = (this.reading.names ?? []).filter((one) => one.from !== from);
    this.reading = { ...this.reading, names: [...names, { from, to: to.trim() || null }] };
    // The documents that are shown have the labels of the file.
    await this.#count(REST_MS);
  }

  async setAbsent(absent: Absent): Promise<void> {
    this.absent = absent;
    await this.#count(REST_MS);
  }

  /** Of one conflict: whether the file's answer is taken. */
  choose1(key: string, taken: boolean): void {
    this.theirs = taken ? [...this.theirs, key] : this.theirs.filter((own) => own !== key);
  }

  /** Imports that can be undone or done again. */
  async loadActs(): Promise<void> {
    this.acts = await api.imports.list().catch(() => []);
  }

  /** Takes an import back, or does it again, and says what came of it. */
  async change(act: Pick<ImportAct, 'id' | 'undoneAt'>): Promise<void> {
    try {
      const undone = act.undoneAt === null;
      const { documents, answers, stayed } = await (undone ? api.imports.undo : api.imports.redo)({
        id: act.id,
      });
      say(
        undone
          ? t().import.undone(documents, answers, stayed)
          : t().import.redone(documents, answers, stayed),
      );
      void learnFromDecisions();
      await Promise.all([loadLabels(), loadSummary(), this.loadActs()]);
    } catch (error) {
      fail(error);
    }
  }

  async show(index: number): Promise<void> {
    this.shown = index;
    await this.look();
  }

  /** Reads the preview, then counts; what was asked before is stopped. */
  async look(rest = 0): Promise<void> {
    this.#previewed = false;
    await this.#count(rest);
  }

  async #count(rest: number): Promise<void> {
    this.census = null;
    this.failure = '';
    try {
      await this.#newest.run((signal) => this.#lookAndCount(signal), rest);
    } catch (error) {
      noteFailure(error);
      this.failure = inWords(error);
    }
  }

  async #lookAndCount(signal: AbortSignal): Promise<void> {
    const source = this.sources[this.shown];
    if (!source) return;
    const reading = said(this.reading);
    if (!this.#previewed) {
      const preview = await api.imports.preview({ token: source.token, reading }, { signal });
      if (signal.aborted) return;
      this.preview = preview;
      this.#previewed = true;
    }
    if (this.preview?.failure !== null) return;
    const census = await api.imports.census(
      { tokens: this.tokens, reading, annotator: preferences.annotator, absent: this.absent },
      { signal },
    );
    if (signal.aborted) return;
    this.census = census;
    this.lastLabels = census.labels;
  }

  async run(): Promise<void> {
    this.#stop = new AbortController();
    this.step = { kind: 'run', share: 0, documents: 0 };
    try {
      const events = await api.imports.run(
        {
          tokens: this.tokens,
          reading: said(this.reading),
          annotator: preferences.annotator,
          absent: this.absent,
          conflicts: this.whose === 'each' ? { theirs: [...this.theirs] } : this.whose,
        },
        { signal: this.#stop.signal },
      );
      for await (const event of events) {
        this.step = event.kind === 'done' ? { kind: 'done', outcome: event } : { ...event, kind: 'run' };
      }
    } catch (error) {
      if (!isAbort(error)) fail(error);
      this.step = { kind: 'map' };
    }
    const added = this.step.kind === 'map' && this.#stop.signal.aborted ? await this.#added() : null;
    await this.#readAgain();
    if (added !== null) say(added === 0 ? t().import.cancelledEmpty : t().import.cancelled(added));
    // What it added is in the project, and is no longer new.
    if (this.step.kind === 'map' && this.sources.length > 0) await this.look();
  }

  /** What an import that was stopped has added once it has ended: the batch that was being written is kept, too. */
  async #added(): Promise<number | null> {
    try {
      return (await api.imports.ended({ tokens: this.tokens })).added;
    } catch (error) {
      // Left with its project, it has ended, and its screen is gone.
      if (codeOf(error) !== 'no_project') fail(error);
      return null;
    }
  }

  async #readAgain(): Promise<void> {
    try {
      await Promise.all([loadLabels(), loadSummary()]);
    } catch (error) {
      fail(error);
    }
    if (this.step.kind !== 'done') return;
    this.sources = [];
    void refreshSuggestions();
  }

  cancel(): void {
    this.#stop.abort();
  }

  restart(): void {
    this.#newest.stop();
    this.step = { kind: 'choose' };
    this.sources = [];
    this.#given.clear();
    this.preview = null;
    this.census = null;
    this.reading = {};
    this.lastLabels = [];
    this.absent = undefined;
    this.whose = 'mine';
    this.theirs = [];
    this.shown = 0;
    void this.loadActs();
  }

  /** Goes on with what a reconnection interrupted; files that nobody has any more are named. */
  async resume(): Promise<void> {
    const before = kept;
    kept = null;
    if (before === null || before.opened !== project.opened) return;
    const { sources, given } = before;
    this.reading = before.reading;
    this.absent = before.absent;
    this.#given = new Map(given);
    const [first] = sources;
    try {
      if (first) await api.imports.preview({ token: first.token, reading: {} });
      await this.take(sources);
      const waiting = [...given].flatMap(([token, file]) =>
        sources.some((one) => one.token === token) ? [] : [file],
      );
      if (waiting.length > 0) await this.upload(waiting);
    } catch (error) {
      if (codeOf(error) !== 'token_unknown') return fail(error);
      const lost = sources.filter(({ token }) => !given.has(token));
      if (lost.length > 0) say(t().import.chooseAgain(lost.map(({ name }) => name)));
      if (given.size > 0) await this.upload([...given.values()]);
    }
  }

  #keepIfInterrupted(): boolean {
    const { restarts, visits, opened } = this.#began;
    const waiting = this.#pending.map((file, i) => [`pending ${i}`, file] as const);
    if (connection.restarts === restarts || navigation.visits !== visits || project.opened !== opened)
      return false;
    if (this.sources.length + waiting.length === 0) return false;
    const reading = $state.snapshot(this.reading);
    const given = new Map([...this.#given, ...waiting]);
    kept = { sources: $state.snapshot(this.sources), given, reading, absent: this.absent, opened };
    return true;
  }

  /** Leaving the screen: what is under way stops, and files that were handed over go. */
  async close(): Promise<void> {
    const interrupted = this.#keepIfInterrupted();
    this.cancel();
    this.#newest.stop();
    if (interrupted || this.sources.length === 0) return;
    await api.imports.discard({ tokens: this.tokens }).catch((error: unknown) => {
      // A project that is closed has let go of them already.
      if (codeOf(error) !== 'no_project') fail(error);
    });
  }
}
