import type Database from 'better-sqlite3';
import type { Rule } from '../../../contract/index.ts';
import { present } from './present.ts';
import type { SettingStore } from './settings.ts';

/** What holds of a label on a document. */
export interface Settled {
  readonly documentId: number;
  readonly labelId: number;
  readonly value: 'yes' | 'no';
}

/** A label on which annotators say the opposite of each other. */
export interface Dispute {
  readonly documentId: number;
  readonly labelId: number;
  /** What the rule makes of it; null: it leaves it open. */
  readonly value: 'yes' | 'no' | null;
}

/**
 * The one answer of a document's label, by the project's rule where annotators disagree: what most of them say, what was
 * said last, or what the adjudicator says. A tie, and what the adjudicator has not answered, stays open. The answers of
 * documents that their annotator skipped, and of deleted labels, count for nothing.
 */
export interface SettledStore {
  /** Of all documents, in project order; labels that are open are left out. */
  answers(): Iterable<Settled>;
  /** How many of `answers` each label has, by label id; counted in the database, for it may be hundreds of thousands. */
  counts(): Map<number, { yes: number; no: number }>;
  /** Label id → answer, of one document; open ones are left out. */
  of(documentId: number): Map<number, 'yes' | 'no'>;
  /** In project order. */
  disputes(): Dispute[];
  /** Everybody's answers to the labels in dispute of a document. */
  opinionsInDispute(documentId: number): Opinion[];
}

export interface Opinion {
  readonly labelId: number;
  readonly annotator: string;
  readonly value: 'yes' | 'no';
}

interface Row {
  readonly documentId: number;
  readonly labelId: number;
  readonly answers: number;
  readonly yes: number;
  readonly latest: 'yes' | 'no';
  /** By the adjudicator: 0 none, 1 no, 2 yes. */
  readonly judged: number;
}

export function settledStore(db: Database.Database, settings: SettingStore): SettledStore {
  const counted = `FROM current_decisions d
    JOIN current_states s ON s.document_id = d.document_id AND s.annotator_id = d.annotator_id
    JOIN labels l ON l.id = d.label_id AND l.deleted_at IS NULL
    WHERE d.value IN ('yes', 'no') AND s.status IN ('draft', 'done') AND ${present('d.document_id')}`;
  // With one max() and no other, a bare column is of the row that has it: https://www.sqlite.org/lang_select.html#bareagg
  const each = (where: string, having: string) => `
    SELECT d.document_id AS documentId, d.label_id AS labelId, count(*) AS answers, sum(d.value = 'yes') AS yes,
      sum(CASE WHEN d.annotator_id = @judge THEN 1 + (d.value = 'yes') ELSE 0 END) AS judged,
      max(d.revision_id), d.value AS latest
    ${counted} ${where} GROUP BY d.document_id, d.label_id ${having} ORDER BY d.document_id, d.label_id`;
  const all = db.prepare<unknown[], Row>(each('', ''));
  const ofOne = db.prepare<unknown[], Row>(each('AND d.document_id = @id', ''));
  const disputed = db.prepare<unknown[], Row>(each('', 'HAVING yes > 0 AND yes < answers'));
  const agreed = db
    .prepare<unknown[], [number, number, number]>(
      `SELECT labelId, sum(yes = answers), sum(yes = 0) FROM (
         SELECT d.label_id AS labelId, count(*) AS answers, sum(d.value = 'yes') AS yes
         ${counted} GROUP BY d.document_id, d.label_id) GROUP BY labelId`,
    )
    .raw();
  const opinions = db.prepare<unknown[], Opinion>(
    `SELECT d.label_id AS labelId, a.name AS annotator, d.value ${counted.replace('WHERE', 'JOIN annotators a ON a.id = d.annotator_id WHERE')}
       AND d.document_id = @id ORDER BY d.label_id, d.annotator_id`,
  );
  const annotator = db.prepare<unknown[], number>('SELECT id FROM annotators WHERE name = ?').pluck();
  const ruling = () => ({
    rule: settings.get('disagreements'),
    judge: annotator.get(settings.get('adjudicator')) ?? 0,
  });
  function* settled(rows: Iterable<Row>, rule: Rule): Generator<Settled> {
    for (const row of rows) {
      const value = settle(row, rule);
      if (value !== null) yield { documentId: row.documentId, labelId: row.labelId, value };
    }
  }
  return {
    answers() {
      const { rule, judge } = ruling();
      return settled(all.iterate({ judge }), rule);
    },
    counts() {
      const { rule, judge } = ruling();
      const found = new Map(agreed.all().map(([labelId, yes, no]) => [labelId, { yes, no }]));
      for (const row of disputed.all({ judge })) {
        const value = settle(row, rule);
        const own = found.get(row.labelId);
        if (value !== null && own) own[value] += 1;
      }
      return found;
    },
    of(id) {
      const { rule, judge } = ruling();
      const found = settled(ofOne.all({ judge, id }), rule);
      return new Map([...found].map(({ labelId, value }) => [labelId, value]));
    },
    disputes() {
      const { rule, judge } = ruling();
      return disputed.all({ judge }).map((row) => ({
        documentId: row.documentId,
        labelId: row.labelId,
        value: settle(row, rule),
      }));
    },
    opinionsInDispute(id) {
      const all = opinions.all({ id });
      const saying = (value: Opinion['value']) =>
        new Set(all.filter((own) => own.value === value).map(({ labelId }) => labelId));
      const [yes, no] = [saying('yes'), saying('no')];
      return all.filter(({ labelId }) => yes.has(labelId) && no.has(labelId));
    },
  };
}

function settle({ answers, yes, latest, judged }: Row, rule: Rule): 'yes' | 'no' | null {
  if (yes === answers) return 'yes';
  if (yes === 0) return 'no';
  switch (rule) {
    case 'majority':
      return 2 * yes === answers ? null : 2 * yes > answers ? 'yes' : 'no';
    case 'latest':
      return latest;
    case 'adjudicated':
      return judged === 0 ? null : judged === 2 ? 'yes' : 'no';
    default:
      return rule satisfies never;
  }
}
