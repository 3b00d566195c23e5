import type { Texts } from '../en/index.ts';
import { annotating } from './annotating.ts';
import { app } from './app.ts';
import { backend } from './backend.ts';
import { documents } from './documents.ts';
import { exporting } from './exporting.ts';
import { failures, remedies } from './failures.ts';
import { model } from './model.ts';
import { progress } from './progress.ts';
import { reading } from './reading.ts';

/**
 * German, with "Sie". One word for one thing: label = Kategorie, suggestion = Vorschlag, threshold = Schwelle, run =
 * Lauf, backup = Sicherung, to flag = vormerken, to annotate = einordnen.
 */
export const de: Texts = {
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
