import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { build, type Plugin } from 'vite';
import { ROOT } from '../../tools/app/build.ts';
import { expectThat } from '../e2e/story/story.ts';
import { wrongSentence } from '../fuzz/sentences.ts';
import type { Checks } from './checks.ts';
import { launch, type ShellApp } from './launch.ts';
import type { Asked, Told } from './readersInside.ts';

const STALLED_MS = 2500;
/** What may be told of a damaged file. */
const TOLD: ReadonlySet<string> = new Set([
  ...['file_damaged', 'parquet_broken', 'reading_stalled', 'reading_memory', 'reading_crashed'],
  ...['file_inflates', 'file_binary', 'text_column_unclear', 'encoding_wrong', 'column_missing'],
]);

/** What a library could do over a file, put into the reader under test by the name of the file, and what is told then. */
const MISBEHAVING: Readonly<Record<string, { does: string; codes: readonly string[] }>> = {
  loops: { does: 'for (;;);', codes: ['reading_stalled'] },
  'fills its heap': {
    does: 'const kept = []; for (;;) kept.push(new Array(1000).fill(kept.length));',
    codes: ['reading_memory'],
  },
  'fills memory beside its heap': {
    does: 'const kept = []; for (;;) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));',
    codes: ['reading_memory'],
  },
  'throws behind our back': {
    does: "setImmediate(() => { throw new RangeError('raw'); }); await new Promise(() => undefined);",
    codes: ['reading_crashed', 'file_damaged'],
  },
  'rejects behind our back': {
    does: "void Promise.reject(new RangeError('raw')); await new Promise(() => undefined);",
    codes: ['reading_crashed', 'file_damaged'],
  },
  'ends its process': { does: 'process.exit(3);', codes: ['reading_crashed'] },
};

/**
 * The readers of imports where they are a thread: in a process of a real Electron. The test's Electron is older than what
 * the backend is written for, so its reading part is built for it once more, with what its V8 and Node lack.
 */
export async function readers({ check }: Checks, home: string): Promise<void> {
  const folder = join(home, 'files');
  mkdirSync(folder, { recursive: true });
  const inside = await builtForOldElectron(join(home, 'built'));
  const app = await launch({ home: join(home, 'home') });
  const file = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  try {
    const ask = await asker(app, inside);
    const lines = file('rows.jsonl', '{"text":"a text of some words"}\n'.repeat(3000));
    const reads = async () => {
      const told = await ask({ path: lines, stalledMs: 60_000 });
      expectThat(told.electron !== undefined, 'it is no process of Electron');
      expectThat(told.rows === 3000 && told.code === null, `${told.rows} rows, ${told.message}`);
    };
    await check('a thread of Electron reads a file', reads);
    await check('one that is stopped in the middle is gone at once', async () => {
      const many = file('many.jsonl', '{"text":"a text of some words"}\n'.repeat(400_000));
      const { code, ms, busyAfter } = await ask({ path: many, stalledMs: 60_000, stopAfter: 10 });
      expectThat(code === 'cancelled', `it tells ${code}`);
      expectThat(ms < 30_000 && busyAfter < 0.5, `${ms} ms, then ${busyAfter} of a core`);
    });
    for (const [how, { codes }] of Object.entries(MISBEHAVING)) {
      await check(`a library that ${how} is told, and the process goes on`, async () => {
        const path = file(`${how}.jsonl`, '{"text":"a"}\n');
        const { code, message, busyAfter, turns, mostMemory } = await ask({
          path,
          stalledMs: how === 'loops' ? STALLED_MS : 30_000,
        });
        expectThat(codes.includes(String(code)), `it tells ${code} ${message}`);
        expectThat(message.includes(`"${how}.jsonl"`) && wrongSentence(message) === undefined, message);
        expectThat(busyAfter < 0.5, `it still takes ${busyAfter} of a core`);
        expectThat(mostMemory < 2e9, `it held ${mostMemory / 1e6} MB`);
        if (code === 'reading_stalled')
          expectThat(turns > 20, `the process itself stood still, ${turns} turns`);
        await reads();
      });
    }
    await check('damaged Parquet files are told, and the process goes on', async () => {
      const codes = new Map<string | null, number>();
      for (const [at, bytes] of damaged()) {
        const told = await ask({ path: file(`damaged-${at}.parquet`, bytes), stalledMs: STALLED_MS });
        codes.set(told.code, (codes.get(told.code) ?? 0) + 1);
        expectThat(told.code === null || TOLD.has(told.code), `byte ${at}: ${told.code} ${told.message}`);
        expectThat(wrongSentence(told.message) === undefined, `byte ${at}: ${told.message}`);
        expectThat(told.busyAfter < 0.5, `byte ${at}: it still takes ${told.busyAfter} of a core`);
      }
      expectThat(codes.size > 2, `not tried: ${JSON.stringify([...codes])}`);
      await reads();
    });
    await check('a Parquet file that unpacks to far more than its size is refused', async () => {
      const data = Array.from({ length: 300 }, () => 'lorem ipsum '.repeat(400_000));
      const bytes = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'text', data, type: 'STRING' }] }));
      const { code, message, mostMemory } = await ask({
        path: file('big.parquet', bytes),
        stalledMs: 60_000,
      });
      expectThat(code === 'file_inflates' || code === 'reading_memory', `it tells ${code} ${message}`);
      expectThat(message.includes('"big.parquet"'), message);
      expectThat(mostMemory < 1.5e9, `it held ${mostMemory / 1e6} MB`);
      await reads();
    });
  } finally {
    await app.close();
  }
}

/** A small table with one byte changed, at places all over it. */
function damaged(): [number, Uint8Array][] {
  const data = Array.from({ length: 50 }, (_, i) => `text number ${i} of a table`);
  const whole = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'text', data, type: 'STRING' }] }));
  const places: [number, Uint8Array][] = [];
  for (let at = 4; at < whole.length - 8; at += Math.ceil(whole.length / 30)) {
    const bytes = Buffer.from(whole);
    bytes[at] = 0xff;
    places.push([at, bytes]);
  }
  return places;
}

/** Starts the script as a process of Electron, as the shell starts the backend; asks one thing after the other. */
async function asker({ main }: ShellApp, script: string): Promise<(asked: Asked) => Promise<Told>> {
  if (main === null) throw new Error('There is no main process to start it from.');
  await main.evaluate(`(() => {
    const child = electron.utilityProcess.fork(${JSON.stringify(script)}, [], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.said = '';
    child.stderr.on('data', (chunk) => { child.said = (child.said + chunk).slice(-2000); });
    globalThis.readersUnderTest = child;
  })()`);
  return (asked) =>
    main.evaluate<Told>(`new Promise((resolve, reject) => {
      const child = globalThis.readersUnderTest;
      const ended = (code) => reject(new Error('the process ended with ' + code + ': ' + child.said));
      child.once('exit', ended);
      child.once('message', (told) => { child.removeListener('exit', ended); resolve(told); });
      child.postMessage(${JSON.stringify(asked)});
    })`);
}

/** What V8 10.8 and Node 16 lack of what the code uses. */
const LACKING = `
const { deserialize, serialize } = require('node:v8');
for (const [name, value] of Object.entries(require('node:stream/web'))) globalThis[name] ??= value;
const buffer = require('node:buffer');
buffer.isAscii ??= (bytes) => bytes.every((byte) => byte < 0x80);
buffer.isUtf8 ??= (bytes) => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};
const RegExp = new Proxy(globalThis.RegExp, {
  construct: (of, [pattern, flags]) =>
    typeof flags === 'string' && flags.includes('v')
      ? new of(pattern.replace(/\\[\\[([^\\]]+)\\]--\\[([^\\]]+)\\]\\]/g, '(?:(?![$2])[$1])'), flags.replace('v', 'u'))
      : new of(pattern, flags),
});
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};
globalThis.structuredClone ??= (value) => deserialize(serialize(value));
Array.prototype.toSorted ??= function (compare) { return [...this].sort(compare); };
Array.prototype.toReversed ??= function () { return [...this].reverse(); };
String.prototype.isWellFormed ??= function () { return !/\\p{Surrogate}/u.test(this); };
String.prototype.toWellFormed ??= function () { return this.replace(/\\p{Surrogate}/gu, '\\ufffd'); };
`;

/** Bundles the reader and what asks it as CommonJS, side by side, and gives the path of the latter. */
async function builtForOldElectron(out: string): Promise<string> {
  const entries = { main: 'backend/importing/reader/main.ts', inside: 'tests/electron/readersInside.ts' };
  for (const [name, source] of Object.entries(entries)) {
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      ssr: { noExternal: true },
      plugins: [besideEachOther(), misbehaving()],
      build: {
        ssr: true,
        target: 'node16',
        outDir: out,
        emptyOutDir: false,
        minify: false,
        rolldownOptions: {
          input: { [name]: join(ROOT, source) },
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false, banner: LACKING },
        },
      },
    });
  }
  return join(out, 'inside.cjs');
}

const besideEachOther = (): Plugin => ({
  name: 'beside-each-other',
  transform: (code, id) =>
    id.startsWith(dirname(ROOT)) && code.includes('import.meta.dirname')
      ? code
          .replaceAll(/(import\.meta\.dirname, ['"][\w-]+)\.ts(['"])/g, '$1.cjs$2')
          .replaceAll('import.meta.dirname', '__dirname')
      : null,
});

const STARTS = /async function answer\(\{ kind, path, options \}[^{]*\{\n/;

function misbehaving(): Plugin {
  return {
    name: 'misbehaving',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('backend/importing/reader/main.ts')) return null;
      if (!STARTS.test(code)) throw new Error('The reader has no place to put the misbehaviour in.');
      const cases = Object.entries(MISBEHAVING).map(
        ([how, { does }]) => `if (path.endsWith(${JSON.stringify(`${how}.jsonl`)})) { ${does} }\n`,
      );
      return code.replace(STARTS, (start) => start + cases.join(''));
    },
  };
}
