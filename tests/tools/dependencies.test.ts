import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAudit } from '../../tools/app/auditReport.ts';
import { modelNotices, noticesText, productionComponents } from '../../tools/app/notices.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

test('every dependency is pinned to one version, and the lock file has it', () => {
  const manifest = read('package.json') as Record<string, Record<string, string>>;
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
  const pins = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
  expect(pins.length).toBeGreaterThan(30);
  expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const { packages } = read('package-lock.json') as { packages: Record<string, { version: string }> };
  const other = pins.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version);
  expect(other).toEqual([]);
});

test('the notices name every production dependency that is installed, each with a licence and its text', () => {
  const components = productionComponents(ROOT);
  const names = new Set(components.map(({ name }) => name));
  const { dependencies } = read('package.json') as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).filter((name) => !names.has(name))).toEqual([]);
  const thin = components.filter(({ licence, text }) => licence === '' || text.length < 60);
  expect(thin).toEqual([]);
  const text = noticesText(ROOT);
  for (const { name, version, licence } of components)
    expect(text).toContain(`${name} ${version} (${licence})`);
  expect(text).toContain('onnxruntime-node');
  expect(text).toContain('SIL OPEN FONT LICENSE');
});

test('nothing in the package has a licence that forbids giving it on', () => {
  const known =
    /^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|OFL-1\.1|MPL-2\.0|Python-2\.0|CC0-1\.0|Unlicense)\b/;
  /** Some say "BSD" and mean this, the licence of two clauses. */
  const twoClauses =
    /Redistributions of source code must retain.*Redistributions in binary form must reproduce/s;
  const allowed = ({ licence, text }: { licence: string; text: string }) =>
    known.test(licence) || (licence === 'BSD' && twoClauses.test(text) && !/advertising/i.test(text));
  expect(productionComponents(ROOT).filter((component) => !allowed(component))).toEqual([]);
});

test('the notices name the embedded model’s base and data', () => {
  const notice = modelNotices(ROOT).find((text) => text.startsWith('The model entail-minilm-l6')) ?? '';
  expect(notice).toContain('sentence-transformers/all-MiniLM-L6-v2');
  for (const set of ['snli', 'goemotions', 'medical_abstracts']) expect(notice).toContain(set);
});

test('an advisory fails only if it is high or critical, and no answer is called no answer', () => {
  const report = (severity: string) =>
    JSON.stringify({ vulnerabilities: { left: { severity, range: '<2' } } });
  expect(readAudit(report('moderate'))).toMatchObject({ failed: false });
  for (const severity of ['high', 'critical']) expect(readAudit(report(severity)).failed).toBe(true);
  expect(readAudit(report('high')).text).toContain('high: left <2');
  expect(readAudit('{"vulnerabilities":{}}').text).toContain('dependencies: 0');
  for (const nothing of ['', 'x', '{"message":"405","statusCode":405}']) {
    expect(readAudit(nothing).failed).toBe(false);
    expect(readAudit(nothing).text).toMatch(/^NOT CHECKED/);
  }
});
