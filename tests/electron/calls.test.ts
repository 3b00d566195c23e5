import { expect, test } from 'vitest';
import { acceptedCall, type CALLS, isOurPage } from '../../electron/calls.ts';

const ours = { known: true, frame: { url: 'app://entail/', parent: null } };
const frame = (url: string, parent: unknown = null) => ({ known: true, frame: { url, parent } });

test('69: the main frame of our window with our page is heard', () => {
  expect(isOurPage(ours)).toBe(true);
  expect(acceptedCall('entail:connect', ours, [])).toEqual({ payload: undefined });
  expect(acceptedCall('entail:dropped', frame('app://entail/#x'), [['/a.entail']])).toEqual({
    payload: ['/a.entail'],
  });
});

test.each([
  ['a frame that is gone', { known: true, frame: null }],
  ['a window that is not ours', { ...ours, known: false }],
  ['a frame inside the page', frame('app://entail/', {})],
  ['about:blank', frame('about:blank')],
  ['an empty URL', frame('')],
  ['another path', frame('app://entail/other.html')],
  ['another host', frame('app://entail.evil.example/')],
  ['the web', frame('https://evil.example/?app://entail/')],
  ['a query', frame('app://entail/?x')],
])('69: %s is refused on every channel', (_what, sender) => {
  expect(acceptedCall('entail:connect', sender, [])).toBeNull();
  expect(acceptedCall('entail:dropped', sender, [['/a.entail']])).toBeNull();
  expect(acceptedCall('entail:link', sender, ['https://huggingface.co/'])).toBeNull();
});

const long = 'x'.repeat(5000);
test.each<[keyof typeof CALLS, unknown[]]>([
  ['entail:connect', [null]],
  ['entail:connect', [{}]],
  ['entail:connect', [undefined, undefined]],
  ['entail:dropped', []],
  ['entail:dropped', [[]]],
  ['entail:dropped', ['/a.entail']],
  ['entail:dropped', [[1]]],
  ['entail:dropped', [['']]],
  ['entail:dropped', [[long]]],
  ['entail:dropped', [Array(101).fill('/a.entail')]],
  ['entail:dropped', [['/a.entail'], 'extra']],
  ['entail:dropped', [{ 0: '/a.entail', length: 1 }]],
  ['entail:link', []],
  ['entail:link', [null]],
  ['entail:link', [Number.NaN]],
  ['entail:link', [long]],
  ['entail:link', ['https://huggingface.co/', 'extra']],
  ['entail:link', [{ toString: () => 'https://huggingface.co/' }]],
])('69: %s with %j is refused', (channel, payload) => {
  expect(acceptedCall(channel, ours, payload)).toBeNull();
});
