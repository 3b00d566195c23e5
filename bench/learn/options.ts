import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ReadRequest } from './readSets.ts';

/** Sets that the embedded model was never trained on and that no setting was chosen on: those that are reported. */
const REPORTED =
  'vaccine_concerns,bbc_news,privacy_policies,disaster_messages,ethos_hate_speech,twenty_newsgroups,tweet_sentiment,github_issues';

/** Sets that settings are chosen on. */
export const CHOSEN_ON =
  'financial_sentiment,app_review_requirements,meme_propaganda,stackoverflow_titles,mpqa_polarity';

/** Options that the measurements of learning have in common, for `parseArgs`. */
export const SET_OPTIONS = {
  data: { type: 'string', default: process.env.ENTAIL_DATA ?? '../shared/data' },
  sets: { type: 'string', default: REPORTED },
  pool: { type: 'string', default: '600' },
  test: { type: 'string', default: '400' },
  characters: { type: 'string', default: '700' },
  cache: { type: 'string', default: join(import.meta.dirname, '../results/evidence') },
  model: { type: 'string', default: join(import.meta.dirname, '../../resources/models/entail-minilm-l6') },
} as const;

/** What these options ask to read; makes the cache's folder. */
export function readRequestOf(
  options: Readonly<Record<'data' | 'pool' | 'test' | 'characters' | 'cache' | 'model', string>>,
): ReadRequest {
  const { data, model, cache, pool, test, characters } = options;
  mkdirSync(cache, { recursive: true });
  const sizes = { pool: Number(pool), test: Number(test), characters: Number(characters) };
  // As a run names it: a model is agreed to by its name.
  return { data, cache, model: resolve(model), ...sizes };
}
