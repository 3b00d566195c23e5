import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadNliModel, rememberClasses } from '../../../engine/index.ts';
import { modelStamp } from '../../../engine/model/folder.ts';
import { outsideFiles } from '../../../engine/onnx/outsideFiles.ts';
import { readModel } from '../../../engine/onnx/read.ts';
import { writeModel } from '../../../engine/onnx/write.ts';
import { moveWeightsOutside } from '../../support/outsideWeights.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

/** A tiny model whose weights are in a file of this name. */
function outside(name: string, seed?: number): string {
  const dir = temporaryFolder();
  writeTinyModel(dir, seed);
  moveWeightsOutside(join(dir, 'model.onnx'), name);
  return dir;
}

test('files that hold weights are found in the model, whatever an exporter calls them', () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const path = join(dir, 'model.onnx');
  expect(outsideFiles(path)).toEqual([]);
  for (const name of ['model.onnx_data', 'model.onnx.data', 'weights.bin']) {
    const own = join(outside(name), 'model.onnx');
    expect(outsideFiles(own)).toEqual([name]);
    expect(Buffer.from(writeModel(readModel(own))).equals(Buffer.from(writeModel(readModel(path))))).toBe(
      true,
    );
  }
  for (const location of ['../weights', '/etc/passwd', 'C:\\weights', 'sub/../../weights', '']) {
    const leads = temporaryFolder();
    writeTinyModel(leads);
    moveWeightsOutside(join(leads, 'model.onnx'), 'weights', location);
    expect(outsideFiles(join(leads, 'model.onnx')), location).toEqual([]);
  }
});

test('a broken model, at whatever byte it ends, names what it names up to there, and nothing is thrown', () => {
  const dir = outside('model.onnx.data');
  const path = join(dir, 'model.onnx');
  const whole = readFileSync(path);
  for (let end = 0; end < whole.length; end += 61) {
    const cut = join(dir, `cut${end}.onnx`);
    writeFileSync(cut, whole.subarray(0, end));
    const found = outsideFiles(cut);
    expect([[], ['model.onnx.data']]).toContainEqual(found);
  }
  expect(outsideFiles(join(dir, 'missing.onnx'))).toEqual([]);
});

test('other weights of the same graph make another stamp', async () => {
  const dir = outside('model.onnx.data');
  const before = await modelStamp(dir);
  const data = join(dir, 'model.onnx.data');
  const { mtimeMs, size } = statSync(data);
  writeFileSync(data, Buffer.alloc(size, 1));
  utimesSync(data, mtimeMs / 1000 + 5, mtimeMs / 1000 + 5);
  expect(await modelStamp(dir)).not.toBe(before);
});

test('what was said of outputs is said of these weights, not of others of the same graph', async () => {
  vi.stubEnv('ENTAIL_HOME', temporaryFolder());
  try {
    const unnamed = (seed: number) => {
      const dir = outside('model.onnx.data', seed);
      const id2label = { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' };
      const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
      writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, id2label }));
      return dir;
    };
    const [one, other] = [unnamed(7), unnamed(8)];
    expect(readFileSync(join(one, 'model.onnx'))).toEqual(readFileSync(join(other, 'model.onnx')));
    await rememberClasses(one, { entailment: 2, contradiction: 0 });
    expect((await loadNliModel(one)).classes).toMatchObject({ entailment: 2, contradiction: 0 });
    await expect(loadNliModel(other)).rejects.toMatchObject({ code: 'labels_unmapped' });
  } finally {
    vi.unstubAllEnvs();
  }
});
