/**
 * Every call says which project it means: this header has the opening that `app.state` gave when the page read what it
 * shows. A call of another opening is refused with the code `stale_page`, and does nothing.
 */
export const OPENING_HEADER = 'x-entail-opening';
