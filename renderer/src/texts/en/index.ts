import { annotating } from './annotating.ts';
import { app } from './app.ts';
import { backend } from './backend.ts';
import { documents } from './documents.ts';
import { exporting } from './exporting.ts';
import { failures, remedies } from './failures.ts';
import { model } from './model.ts';
import { progress } from './progress.ts';
import { reading } from './reading.ts';

/** English: the language in which the texts are first written. */
export const en = {
  app,
  ...annotating,
  ...documents,
  ...exporting,
  ...model,
  ...progress,
  reading,
  backend,
  failures,
  remedies,
};

/** All texts of one language. English says which there are: a text that another language lacks is a type error. */
export type Texts = typeof en;
