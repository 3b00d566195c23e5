import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../backend/process/pageHeaders.ts';
import { answerFor, readPageFiles } from '../../electron/protocol.ts';
import { temporaryFolder } from '../support/temporary.ts';

function pageFiles() {
  const parent = temporaryFolder();
  const folder = join(parent, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'app.js'), '0123456789');
  writeFileSync(join(folder, 'notes.txt'), 'not for the page');
  writeFileSync(join(parent, 'secret.js'), 'secret');
  return readPageFiles(folder);
}

const status = (url: string, more: { method?: string; range?: string } = {}) =>
  answerFor(pageFiles(), { url, method: 'GET', ...more }).status;

test('the page and its files come with their type and every header', () => {
  const { status, bytes, headers } = answerFor(pageFiles(), { url: 'app://entail/', method: 'GET' });
  expect({ status, text: bytes.toString(), headers }).toEqual({
    status: 200,
    text: '<!doctype html>',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    },
  });
});

test.each([
  'app://entail/../secret.js',
  'app://entail/assets/../../secret.js',
  'app://entail/%2e%2e/secret.js',
  'app://entail/%2e%2e%2fsecret.js',
  'app://entail/..%2fsecret.js',
  'app://entail/..%5csecret.js',
  'app://entail/..\\secret.js',
  'app://entail/assets/%61pp.js',
  'app://entail//secret.js',
  'app://entail//evil.example/',
  'app://entail/assets/app.js%00',
  'app://entail/assets/app.js\0.html',
  'app://entail/assets/APP.JS',
  'app://entail/assets/app.js/',
  'app://entail/assets/app.js?x',
  'app://entail/assets/',
  'app://entail/assets',
  'app://entail/notes.txt',
  'app://entail/toString',
  'app://entail/__proto__',
  'app://entail/constructor',
  'app://entail',
  'app://entail:80/',
  'app://user@entail/',
  'app://entail.evil.example/',
  'app://evil.example/',
  'app://ENTAIL/',
  'APP://entail/',
  'file:///etc/passwd',
  'https://evil.example/?app://entail/',
  'app:/entail/',
  '',
])('68: %j is not found', (url) => {
  expect(status(url)).toBe(404);
});

test('68: only GET', () => {
  for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'get'])
    expect(status('app://entail/', { method })).toBe(405);
});

test('68: a range is a part of the file, past its end or in another form it is refused', () => {
  const url = 'app://entail/assets/app.js';
  const part = answerFor(pageFiles(), { url, method: 'GET', range: 'bytes=2-4' });
  expect([part.status, part.bytes.toString(), part.headers['content-range']]).toEqual([
    206,
    '234',
    'bytes 2-4/10',
  ]);
  expect(answerFor(pageFiles(), { url, method: 'GET', range: 'bytes=8-99' }).bytes.toString()).toBe('89');
  for (const range of [
    'bytes=10-',
    'bytes=99999999999999-',
    'bytes=4-2',
    'bytes=-5',
    'bytes=0-1,2-3',
    'x',
    '',
  ])
    expect(status(url, { range })).toBe(416);
});

test('a fragment is the page’s own business', () => {
  expect(status('app://entail/#anything')).toBe(200);
});
