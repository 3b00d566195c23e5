// Tabs, spaces of all kinds, invisible characters and apostrophes: what may stand before a formula. One class, so that
// no text makes the search slow.
const SKIPPED = "[[\\s\\p{Cf}\\p{Cc}']--[\\n\\r]]*";
const DANGER = `${SKIPPED}[=+\\-@＝＋－＠]|'*\\t`;
const LINE_START = new RegExp(`(?<=^|[\\n\\r])(?=${DANGER})|^(?='*\\r)`, 'gv');
const GUARD = new RegExp(`(?<=^|[\\n\\r])'(?=${DANGER})|^'(?='*\\r)`, 'gv');
const NUMBER = /^[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A cell that no spreadsheet runs: an apostrophe before what could be a formula (OWASP, "CSV injection": = + - @, tab,
 * return; also in full width and behind spaces), at its start and after each line break inside. Numbers stay as they
 * are. What people write from the app and the command line is so unless they choose otherwise; our import gives the
 * exact text back by `excelUnsafe`.
 */
export const excelSafe = (text: string): string => (NUMBER.test(text) ? text : text.replace(LINE_START, "'"));

/** How a table of ours begins; with the mark of UTF-8 before it, its cells are safe ones. */
export const SAFE_TABLE = ['id', 'text', 'split', 'status', 'annotator', 'comment'] as const;

/** How a table of ours begins that has a row per document and label. */
export const SAFE_LONG_TABLE = ['document_id', 'text', 'category_name', 'label'] as const;

/** The cell that `excelSafe` was given. */
export const excelUnsafe = (text: string): string => text.replace(GUARD, '');
