import { type Engine, withTextReader } from '../../engine/index.ts';
import { awaitsConsent } from '../models/agreed.ts';
import { DEFAULT, lastingName } from '../models/embedded.ts';
import { resolveModel } from '../models/resolve.ts';
import type { Project } from '../project/file.ts';
import { suggestingModel } from './suggestingModel.ts';

const TEXTS = 16;
const SENTENCES = [
  'This text is about shipping.',
  'This text is about price.',
  'This text is about quality.',
];

/** Text and sentence pairs per second, with the model that suggests. */
export async function measureDevice(
  engine: Engine,
  project: Project | null,
  signal?: AbortSignal,
): Promise<number> {
  const { dir } = await resolveModel(lastingName(DEFAULT));
  const source = project && !awaitsConsent(project) ? await suggestingModel(project) : { dir };
  const texts = Array.from(
    { length: TEXTS },
    (_, i) =>
      `Order ${i}: the parcel came two weeks late, but the lamp is bright and was cheaper than elsewhere.`,
  );
  const labels = [{ name: '', hypotheses: SENTENCES }];
  const { device } = await engine.devices.choose('auto', 'suggesting');
  return withTextReader(engine, { ...source, labels, device, precision: 'auto' }, async (read) => {
    await read({ texts: texts.slice(0, 1), signal });
    const started = performance.now();
    await read({ texts, signal });
    return (TEXTS * SENTENCES.length) / ((performance.now() - started) / 1000);
  });
}
