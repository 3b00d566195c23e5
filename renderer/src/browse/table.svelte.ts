import type { Field, Row, Sort } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { forgetWithProject } from '../connect/opening.ts';
import { learnFromDecisions } from '../state/learning.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { loadSummary } from '../state/project.svelte.ts';
import { attempt, fail, say } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { acts } from './acts.svelte.ts';
import { type Conditions, filterOf, NO_CONDITIONS } from './conditions.ts';
import { missing, PAGE, rowAt, withPage } from './pages.ts';
import { between, withAll, withToggled } from './selection.ts';

type Change = Omit<Parameters<typeof api.annotations.decide>[0], 'annotator' | 'documentIds'>;

/** The most documents that are changed together. */
const MOST_CHOSEN = 10_000;

/** What is looked for, kept while the project is open. */
export const looking = $state<{
  conditions: Conditions;
  sort: Sort;
  /** Fields that are columns; null: the first of them. */
  columns: readonly string[] | null;
}>({
  conditions: { ...NO_CONDITIONS },
  sort: 'order',
  columns: null,
});

forgetWithProject(() =>
  Object.assign(looking, { conditions: { ...NO_CONDITIONS }, sort: 'order', columns: null }),
);

/** So many fields are columns unless someone chooses. */
const USUAL_COLUMNS = 2;

/** The documents that match, page by page as they come into sight, and which of them are chosen. */
export function createTable() {
  let total = $state<number>();
  let suggestedFrom = $state<number | null>(null);
  let pages = $state.raw<ReadonlyMap<number, readonly Row[]>>(new Map());
  let chosen = $state.raw<ReadonlySet<number>>(new Set());
  let at = $state(0);
  let anchor = 0;
  let generation = 0;
  let searching = $state(false);
  const asked = new Set<number>();
  /** The filter that the table was asked with last. */
  let filtered = '';
  let fields = $state.raw<readonly Field[]>([]);
  const columns = $derived(
    (looking.columns ?? fields.slice(0, USUAL_COLUMNS).map(({ name }) => name)).flatMap(
      (name) => fields.find((field) => field.name === name) ?? [],
    ),
  );

  const request = (page: number) => ({
    annotator: preferences.annotator,
    filter: filterOf($state.snapshot(looking.conditions)),
    sort: $state.snapshot(looking.sort),
    fields: columns.map(({ name }) => name),
    offset: page * PAGE,
    limit: PAGE,
  });

  /** Asks anew. While a question is on its way only the last of those behind it is sent. */
  async function search(): Promise<void> {
    generation += 1;
    if (searching) return;
    searching = true;
    let answered = 0;
    try {
      while (answered !== generation) {
        answered = generation;
        const question = request(0);
        // What is chosen can be seen: under another filter it might not, and would be deleted or decided all the same.
        const filter = JSON.stringify(question.filter);
        if (filter !== filtered) chosen = new Set();
        filtered = filter;
        const page = await api.documents.page(question);
        asked.clear();
        total = page.total;
        suggestedFrom = page.suggestedFrom;
        pages = new Map([[0, page.rows]]);
        at = Math.min(at, Math.max(0, page.total - 1));
      }
    } catch (error) {
      fail(error);
    } finally {
      searching = false;
    }
  }

  async function load(page: number): Promise<void> {
    if (asked.has(page)) return;
    asked.add(page);
    const mine = generation;
    try {
      const found = await api.documents.page(request(page));
      if (mine !== generation) return;
      pages = withPage(pages, page, found.rows);
      suggestedFrom = found.suggestedFrom;
    } catch (error) {
      fail(error);
    } finally {
      asked.delete(page);
    }
  }

  /** Reads again what is shown, without moving it. */
  async function renew(): Promise<void> {
    const shown = [...pages.keys()];
    for (const page of shown) await load(page);
    void loadSummary().catch(fail);
  }

  async function choose(to: number): Promise<void> {
    const { first, last } = between(anchor, to);
    const end = Math.min(last, first + MOST_CHOSEN - 1);
    let known = pages;
    for (const page of missing(known, first, end)) {
      const more = await attempt(() => api.documents.page(request(page)));
      if (!more) return;
      known = new Map(known).set(page, more.rows);
    }
    const ids: number[] = [];
    for (let i = first; i <= end; i++) {
      const row = rowAt(known, i);
      if (row) ids.push(row.id);
    }
    chosen = withAll(chosen, ids);
    if (end < last) say(t().browse.most(MOST_CHOSEN));
  }

  /** After documents went or came: what matches is another list. */
  async function searchAnew(): Promise<void> {
    await search();
    void loadSummary().catch(fail);
  }

  /** `annotator`: whose act it is; someone else may annotate by the time it is taken back. */
  const takeBack = (annotator: string, act: number) => async () => {
    await api.annotations.undo({ annotator, act });
    void learnFromDecisions();
  };

  return {
    get total(): number | undefined {
      return total;
    },
    /** From which probability on the label that is looked for counts as suggested; null: none is. */
    get suggestedFrom(): number | null {
      return suggestedFrom;
    },
    get chosen(): ReadonlySet<number> {
      return chosen;
    },
    /** The position that the keyboard is at. */
    get at(): number {
      return at;
    },
    /** A question is on its way whose answer will replace what is shown. */
    get searching(): boolean {
      return searching;
    },
    /** What came with the documents. */
    get fields(): readonly Field[] {
      return fields;
    },
    /** Those of them that the table shows. */
    get columns(): readonly Field[] {
      return columns;
    },
    /** Before the first search: what can be shown beside the texts. */
    async begin(): Promise<void> {
      fields = (await attempt(() => api.documents.fields())) ?? [];
      await search();
    },
    row: (position: number): Row | undefined => rowAt(pages, position),
    search,

    /** Asks for what comes into sight. */
    see(first: number, last: number): void {
      for (const page of missing(pages, first, last)) void load(page);
    },

    goTo(position: number): void {
      at = position;
      anchor = position;
    },
    toggle(position: number): void {
      at = position;
      anchor = position;
      const row = rowAt(pages, position);
      if (row) chosen = withToggled(chosen, row.id);
    },
    /** Chooses all from where the last choice began. */
    async extend(position: number): Promise<void> {
      at = position;
      await choose(position);
    },
    async all(): Promise<void> {
      const found = await attempt(() =>
        api.documents.ids({
          annotator: preferences.annotator,
          filter: filterOf($state.snapshot(looking.conditions)),
        }),
      );
      if (!found) return;
      chosen = new Set(found.ids);
      if (found.more) say(t().browse.firstChosen(found.ids.length));
    },
    none(): void {
      chosen = new Set();
    },

    /** Deletes the chosen documents, or the one that the keyboard is at, with the way back. */
    async delete(): Promise<void> {
      const here = rowAt(pages, at);
      const ids = chosen.size > 0 ? [...chosen].slice(0, MOST_CHOSEN) : here ? [here.id] : [];
      if (ids.length === 0) return;
      const { annotator } = preferences;
      const deleted = await attempt(() => api.documents.delete({ annotator, ids }));
      if (!deleted) return;
      const { act, documents } = deleted;
      if (act !== null) acts.say(t().annotate.deleted(documents), takeBack(annotator, act));
      chosen = new Set();
      void learnFromDecisions();
      await searchAnew();
    },

    /** Changes the chosen documents in one step, with the way back. `done`: what was done with how
     * many, for the notice. */
    async change(change: Change, done: (documents: number) => string): Promise<void> {
      const documentIds = [...chosen].slice(0, MOST_CHOSEN);
      const { annotator } = preferences;
      const saved = await attempt(() => api.annotations.decide({ annotator, documentIds, ...change }));
      if (!saved) return;
      const { revision } = saved;
      const message = done(documentIds.length);
      // Where all was so already there is nothing to take back.
      if (revision === null) say(message);
      else acts.say(message, takeBack(annotator, revision));
      void learnFromDecisions();
      await renew();
    },
    renew,
    searchAnew,
  };
}
export type Table = ReturnType<typeof createTable>;
