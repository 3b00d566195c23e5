import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Nothing leaves the machine but downloads of models (SECURITY.md): whatever can reach a network stands in these files
 * and nowhere else.
 */
const ROOT = resolve(import.meta.dirname, '..');
const LAYERS = ['backend', 'cli', 'contract', 'electron', 'engine', 'process', 'renderer/src', 'web'];

const REACHES: Readonly<Record<string, RegExp>> = {
  'asks by fetch': /\bfetch\(/,
  'imports a client or server of Node': /['"](?:node:)?(?:https?|http2|net|tls|dgram|dns(?:\/promises)?)['"]/,
  'asks from the page':
    /\b(?:XMLHttpRequest|WebSocket|EventSource|WebTransport|RTCPeerConnection|sendBeacon)\b/,
  'asks by Electron': /\bnet\.(?:fetch|request)\b|\bsetFeedURL\b|\bautoUpdater\b|\bcrashReporter\b/,
  'imports a library that asks':
    /['"](?:undici|axios|got|node-fetch|electron-updater|@huggingface\/hub|hyparquet\/src\/utils[^'"]*)['"]|\basyncBufferFromUrl\b/,
};

/** Each with why it may. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  // Models that someone named, from the hub that is configured.
  'engine/hub/hubClient.ts': ['asks by fetch'],
  // A newer version, when someone asks, by a package that is signed and names where.
  'electron/updates.ts': ['asks by Electron', 'imports a library that asks'],
  // The page of the browser host asks that host.
  'renderer/src/api.ts': ['asks by fetch'],
  'renderer/src/connect/web.ts': ['asks by fetch'],
  // The host listens on this machine.
  'web/download.ts': ['imports a client or server of Node'],
  'web/guard.ts': ['imports a client or server of Node'],
  'web/server.ts': ['imports a client or server of Node'],
  'web/sockets.ts': ['imports a client or server of Node'],
};

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js|mjs|cjs|svelte)$/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/'));
}

/** Without comments, which may speak of what the code does not do. */
const codeOf = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');

test('what can reach a network stands in few files, and each of them is needed', () => {
  const found: Record<string, string[]> = {};
  for (const file of LAYERS.flatMap(sources)) {
    const ways = Object.entries(REACHES).flatMap(([what, how]) => (how.test(codeOf(file)) ? [what] : []));
    if (ways.length > 0) found[file] = ways;
  }
  expect(found).toEqual(MAY);
});
