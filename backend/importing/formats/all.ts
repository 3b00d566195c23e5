import type { ImportFormat } from '../format.ts';
import { argilla } from './argilla.ts';
import { argilla1 } from './argilla1.ts';
import { argillaParquet } from './argillaParquet.ts';
import { csv, tsv } from './csv.ts';
import { doccano } from './doccano.ts';
import { docx } from './docx.ts';
import { fastText } from './fastText.ts';
import { folder } from './folder.ts';
import { groundTruth } from './groundTruth.ts';
import { gzip } from './gzip.ts';
import { html } from './html.ts';
import { jsonLists } from './jsonLists.ts';
import { labelStudio } from './labelStudio.ts';
import { eml, mbox } from './mail.ts';
import { markdown } from './markdown.ts';
import { pandas } from './pandas.ts';
import { parquet } from './parquet.ts';
import { pdf } from './pdf.ts';
import { huggingFace, json, jsonl } from './plain.ts';
import { prodigy } from './prodigy.ts';
import { spacy } from './spacy.ts';
import { spacyTuples } from './spacyTuples.ts';
import { document, text } from './text.ts';
import { excel, openDocument } from './workbook.ts';
import { zip } from './zip.ts';

/** All formats by id, in the order in which a file is compared with them: the special ones before the general ones. */
export const importFormats: ReadonlyMap<string, ImportFormat> = new Map(
  [
    folder,
    argillaParquet,
    parquet,
    gzip,
    excel,
    openDocument,
    docx,
    zip,
    pdf,
    html,
    mbox,
    eml,
    markdown,
    document,
    labelStudio,
    argilla1,
    argilla,
    prodigy,
    groundTruth,
    spacy,
    spacyTuples,
    doccano,
    pandas,
    jsonLists,
    jsonl,
    json,
    huggingFace,
    fastText,
    tsv,
    csv,
    text,
  ].map((format) => [format.id, format]),
);

/** What files with these endings are called, in the registry's order. */
export const fileKinds: ReadonlyMap<string, string> = new Map(
  [...importFormats.values()].flatMap(({ endings }) => Object.entries(endings)),
);
