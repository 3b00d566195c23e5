import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeXlsx } from 'hucre/xlsx';
import { pdfFile } from '../tests/support/officeFiles.ts';

/**
 * Imports large files of several formats through the command line, and says how long it took and what its processes held
 * at most, as Linux counts it.
 *
 *   node bench/import-formats.ts [BEGINNING…]
 *
 * Arguments are the beginnings of the names of files to import; all without any.
 */
const CLI = join(import.meta.dirname, '..', 'cli', 'entail.js');
const dir = mkdtempSync(join(tmpdir(), 'entail-formats-'));

const words = (i: number): string =>
  `Review ${i}: the parcel came ${i % 9} days late, the box was wet, and nobody answered the call about it.`;

async function sheet(): Promise<string> {
  const rows = Array.from({ length: 50_000 }, (_, i) => [
    i + 1,
    words(i),
    new Date(Date.UTC(2025, 0, 1 + (i % 300))),
  ]);
  const path = join(dir, 'reviews.xlsx');
  writeFileSync(
    path,
    await writeXlsx({ sheets: [{ name: 'Reviews', rows: [['id', 'text', 'date'], ...rows] }] }),
  );
  return path;
}

function report(): string {
  const page = (i: number) => Array.from({ length: 40 }, (_, line) => [words(40 * i + line)] as const);
  const path = join(dir, 'report.pdf');
  writeFileSync(path, pdfFile(Array.from({ length: 300 }, (_, i) => page(i))));
  return path;
}

function folder(): string {
  const path = join(dir, 'texts');
  for (let i = 0; i < 20_000; i++) {
    const own = join(path, String(i % 100));
    if (i < 100) mkdirSync(own, { recursive: true });
    writeFileSync(join(own, `${i}.txt`), `${words(i)}\n\n${words(i + 1)}`);
  }
  return path;
}

async function table(): Promise<string> {
  const path = join(dir, 'large.csv');
  const out = createWriteStream(path);
  out.write('id,text,label\n');
  const filler = ' It was not what the page had promised, and it took long.'.repeat(16);
  for (let i = 0, bytes = 0; bytes < 1e9; i++) {
    const row = `${i},"${words(i)}${filler}",${i % 3 === 0 ? 'late' : 'wet'}\n`;
    bytes += row.length;
    if (!out.write(row)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return path;
}

interface Measured {
  readonly documents: number;
  readonly seconds: number;
  /** Megabytes. */
  readonly host: number;
  readonly reader: number;
}

async function measured(path: string): Promise<Measured> {
  const project = join(dir, 'p.entail');
  const labels = join(dir, 'labels.json');
  writeFileSync(labels, '["late", "wet"]');
  await run(['new', project, '--labels', labels], () => undefined);
  let host = 0;
  let reader = 0;
  const started = performance.now();
  const out = await run(['import', project, path, '--json'], (pid) => {
    host = Math.max(host, heldBy(pid));
    for (const child of childrenOf(pid)) reader = Math.max(reader, heldBy(child));
  });
  const seconds = (performance.now() - started) / 1000;
  const { added } = JSON.parse(out) as { added: number };
  for (const name of readdirSync(dir)) if (name.startsWith('p.entail')) rmSync(join(dir, name));
  return { documents: added, seconds, host, reader };
}

async function run(args: readonly string[], look: (pid: number) => void): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const timer = setInterval(() => child.pid !== undefined && look(child.pid), 100);
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(timer);
  if (code !== 0) throw new Error(`entail ${args[0]} ended with ${code}: ${out}`);
  return out;
}

/** Megabytes that a process held at most; 0 when it is gone. */
function heldBy(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

try {
  const files: readonly (readonly [string, () => string | Promise<string>])[] = [
    ['XLSX, 50,000 rows', sheet],
    ['PDF, 300 pages', report],
    ['folder, 20,000 text files', folder],
    ['CSV, 1 GB', table],
  ];
  process.stdout.write(
    '| file | documents | seconds | program, MB | reader, MB |\n| --- | --: | --: | --: | --: |\n',
  );
  const wanted = process.argv.slice(2);
  const isWanted = (name: string) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
  for (const [name, make] of files.filter(([own]) => isWanted(own))) {
    const { documents, seconds, host, reader } = await measured(await make());
    process.stdout.write(
      `| ${name} | ${documents} | ${seconds.toFixed(1)} | ${host.toFixed(0)} | ${reader.toFixed(0)} |\n`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
