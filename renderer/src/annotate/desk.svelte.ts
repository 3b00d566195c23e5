/** Whether a document lies on the desk of Annotate: what is about one can't be pressed without. */
export const desk = $state({ empty: false });
