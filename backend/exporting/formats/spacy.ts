import type { ExportSource } from '../../records.ts';
import { answerOf, decided } from '../answers.ts';
import { metaEntries } from '../columns.ts';
import { beside, type ExportFormat, type ExportOptions } from '../format.ts';
import { jsonLines, objectOf, REAL } from '../json.ts';

/** What spaCy's text categoriser learns from: decided labels only. */
export const spacy: ExportFormat = {
  name: 'spacy',
  title: 'spaCy',
  description: 'texts with categories for spaCy (textcat_multilabel)',
  extension: '.jsonl',
  carries: {
    ids: true,
    undecided: true,
    noneApply: true,
    skipped: false,
    drafts: true,
    annotators: false,
    suggestions: false,
    split: false,
    meta: true,
    comments: false,
  },
  write: (source, options) => jsonLines(rows(source, options)),
  sidecars: () => [beside('.README.md', README)],
  notes: ({ labels }) => (labels.length < 2 ? ['spaCy refuses to learn a single label'] : []),
};

function* rows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const decisions = answerOf(document, source, options)?.decisions;
    if (!decisions && !options.includeUnfinished) continue;
    const names = decisions ? decided(decisions, source.labels) : [];
    yield {
      text: document.text,
      cats: objectOf(names.map((name) => [name, decisions?.get(name) === 'yes' ? REAL.one : REAL.zero])),
      meta: { id: document.id, ...objectOf(metaEntries(document, (name) => name === 'id')) },
    };
  }
}

const README = `# Categories for spaCy

Each line has a text and its categories: 1.0 applies, 0.0 does not, a category that is missing is undecided. Train the
component \`textcat_multilabel\`. This makes the file that \`spacy train\` reads:

\`\`\`python
import spacy, srsly
from spacy.tokens import DocBin

nlp, docs = spacy.blank("en"), DocBin()
for row in srsly.read_jsonl("FILE.jsonl"):
    doc = nlp.make_doc(row["text"])
    doc.cats = row["cats"]
    docs.add(doc)
docs.to_disk("FILE.spacy")
\`\`\`
`;
