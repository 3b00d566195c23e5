import type { Absent, Census, ImportAct, Mapping, Preview, SourceFile } from '../../../contract/index.ts';
import { api, codeOf, inWords, isAbort } from '../api.ts';
import { handOver } from '../state/files.svelte.ts';
import { loadLabels } from '../state/labels.svelte.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { loadSummary, project } from '../state/project.svelte.ts';
import { refreshSuggestions } from '../state/suggestions.svelte.ts';
import { fail, say } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';

/** What an import ended with. */
export interface Outcome {
  /** Of the act that can be undone. */
  readonly id: number;
  /** Answers that contradicted the project's, and stayed as they were or were overwritten. */
  readonly kept: number;
  readonly overwritten: number;
  readonly added: number;
  readonly known: number;
  readonly annotated: number;
  readonly newLabels: readonly string[];
  readonly problems: number;
  readonly firstProblems: readonly string[];
}

export type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'upload'; readonly share: number }
  | { readonly kind: 'map' }
  | { readonly kind: 'run'; readonly share: number; readonly documents: number }
  | { readonly kind: 'done'; readonly outcome: Outcome };

/** One import from choosing files to its result; made anew by each visit of the screen. */
export class ImportSession {
  step = $state<Step>({ kind: 'choose' });
  sources = $state<SourceFile[]>([]);
  /** Of the source that is looked at. */
  preview = $state<Preview | null>(null);
  shown = $state(0);
  mapping = $state<Mapping>({});
  census = $state<Census | null>(null);
  /** Why the files can't be counted, in words. */
  failure = $state('');
  /** What was chosen; undefined: what the format says. */
  absent = $state<Absent | undefined>();
  /** Whose answers count: of all conflicts, or of each, where these keys are the file's. */
  whose = $state<'mine' | 'theirs' | 'each'>('mine');
  theirs = $state<readonly string[]>([]);
  acts = $state<ImportAct[]>([]);

  #stop = new AbortController();
  #asked = 0;

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
    try {
      const onProgress = (done: number) => {
        this.step = { kind: 'upload', share: done / total };
      };
      await this.take(await handOver(files, { signal: this.#stop.signal, onProgress }));
    } catch (error) {
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
    this.shown = Math.min(this.shown, Math.max(0, this.sources.length - 1));
    await api.imports.discard({ tokens: [token] }).catch(fail);
    if (this.sources.length === 0) return this.restart();
    await this.look();
  }

  async map(change: Mapping): Promise<void> {
    this.mapping = { ...this.mapping, ...change };
    await this.look();
  }

  async setAbsent(absent: Absent): Promise<void> {
    this.absent = absent;
    await this.look();
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
      const { documents, stayed } = await (undone ? api.imports.undo : api.imports.redo)({ id: act.id });
      say(undone ? t().import.undone(documents, stayed) : t().import.redone(documents, stayed));
      await Promise.all([loadLabels(), loadSummary(), this.loadActs()]);
    } catch (error) {
      fail(error);
    }
  }

  async show(index: number): Promise<void> {
    this.shown = index;
    await this.look();
  }

  /** Reads the preview, then counts; what was asked before and comes late is dropped. */
  async look(): Promise<void> {
    const source = this.sources[this.shown];
    if (!source) return;
    const asked = ++this.#asked;
    const mapping = $state.snapshot(this.mapping);
    this.census = null;
    this.failure = '';
    try {
      const preview = await api.imports.preview({ token: source.token, mapping });
      if (asked !== this.#asked) return;
      this.preview = preview;
      if (preview.failure !== null) return;
      const census = await api.imports.census({
        tokens: this.tokens,
        mapping,
        annotator: preferences.annotator,
        absent: this.absent,
      });
      if (asked === this.#asked) this.census = census;
    } catch (error) {
      if (asked === this.#asked) this.failure = inWords(error);
    }
  }

  async run(): Promise<void> {
    this.#stop = new AbortController();
    this.step = { kind: 'run', share: 0, documents: 0 };
    const before = project.summary?.documents ?? 0;
    try {
      const events = await api.imports.run(
        {
          tokens: this.tokens,
          mapping: $state.snapshot(this.mapping),
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
    await this.#readAgain();
    if (this.step.kind === 'map' && this.sources.length > 0) await this.#stopped(before);
  }

  /** Documents come in whole batches: those of an import that ended early are kept, and are no longer new. */
  async #stopped(before: number): Promise<void> {
    const added = (project.summary?.documents ?? 0) - before;
    if (this.#stop.signal.aborted) {
      say(added === 0 ? t().import.cancelledEmpty : t().import.cancelled(added));
    }
    await this.look();
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
    this.step = { kind: 'choose' };
    this.sources = [];
    this.preview = null;
    this.census = null;
    this.mapping = {};
    this.absent = undefined;
    this.whose = 'mine';
    this.theirs = [];
    this.shown = 0;
    void this.loadActs();
  }

  /** Leaving the screen: what is under way stops, and files that were handed over go. */
  async close(): Promise<void> {
    this.cancel();
    if (this.sources.length === 0) return;
    await api.imports.discard({ tokens: this.tokens }).catch((error: unknown) => {
      // A project that is closed has let go of them already.
      if (codeOf(error) !== 'no_project') fail(error);
    });
  }
}
