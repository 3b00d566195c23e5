import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseCardOf } from '../../engine/export/baseCard.ts';

/**
 * The notices of what Entail is made of, for the package: every production dependency of the lock file that is
 * installed, with its licence's text, then fonts, model and data. Own code: the checkers that there are bring a package
 * manager of their own to answer what the lock file says.
 */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it. */
  readonly licence: string;
  readonly from: string | null;
  readonly text: string;
}

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
  readonly licenses?: readonly { readonly type: string }[];
  readonly author?: string | { readonly name?: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice|third[-_ ]?party)/i;

/** Production dependencies in the order of their names. Throws where one is missing or says nothing of a licence. */
export function productionComponents(root: string): Component[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const found = new Map<string, Component>();
  for (const [place, locked] of Object.entries(lock.packages)) {
    if (place === '' || locked.dev || locked.devOptional) continue;
    const folder = join(root, place);
    if (!existsSync(join(folder, 'package.json'))) {
      // Of another platform.
      if (locked.optional) continue;
      throw new Error(`${place} is not installed: run npm ci.`);
    }
    const component = componentOf(folder, root);
    found.set(`${component.name} ${component.version}`, component);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function componentOf(folder: string, root: string): Component {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version } = manifest;
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim());
  const licence = licenceOf(manifest, files);
  if (licence === null) throw new Error(`${name} says nothing of its licence.`);
  const text = files.length > 0 ? files.join('\n\n') : usualText(licence, manifest, root);
  return { name, version, licence, from: originOf(manifest), text };
}

function licenceOf({ license, licenses }: Manifest, files: readonly string[]): string | null {
  if (typeof license === 'string') return license;
  if (license) return license.type;
  if (licenses?.length) return licenses.map(({ type }) => type).join(' OR ');
  return files.some((text) => /^MIT License|Permission is hereby granted, free of charge/m.test(text))
    ? 'MIT'
    : null;
}

function originOf({ homepage, repository }: Manifest): string | null {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return homepage ?? url?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null;
}

/** For a package that brings no file: the text that its licence has, with its author. */
function usualText(licence: string, manifest: Manifest, root: string): string {
  const { author, name } = manifest;
  const holder = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  if (licence === 'MIT') return `Copyright (c) ${holder}\n\n${MIT}`;
  if (licence === 'Apache-2.0')
    return `Copyright ${holder}\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}`;
  return `Copyright ${holder}. Licensed under ${licence}: https://spdx.org/licenses/${licence}.html`;
}

/** The whole file. */
export function noticesText(root: string): string {
  const components = productionComponents(root);
  const runtime = components.find(({ name }) => name === 'onnxruntime-node');
  const sections = components.map(({ name, version, licence, from, text }) =>
    [`${name} ${version} (${licence})`, ...(from === null ? [] : [from]), '', text].join('\n'),
  );
  return `${[
    HEAD,
    `What ONNX Runtime itself is made of: https://github.com/microsoft/onnxruntime/blob/v${runtime?.version}/ThirdPartyNotices.txt`,
    'Electron and Chromium: LICENSE.electron.txt and LICENSES.chromium.html, beside this file in packages.',
    ...sections,
    ...modelNotices(root),
  ].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const MODELS = join('resources', 'models');
/** What the models that ship were made from, and the licence of those weights. */
const BASES: Readonly<Record<string, { readonly licence: string; readonly text?: string }>> = {
  'sentence-transformers/all-MiniLM-L6-v2': { licence: 'Apache-2.0' },
  'BAAI/bge-small-en-v1.5': { licence: 'MIT', text: 'Copyright (c) 2022 staoxiao' },
};

/** Base and data of each model that ships with Entail, as its card lists them. Throws where a card does not. */
export function modelNotices(root: string): string[] {
  return readdirSync(join(root, MODELS)).map((name) => {
    const card = readFileSync(join(root, MODELS, name, 'README.md'), 'utf8');
    const bases = basesOf(card);
    const start = card.indexOf('## What it learnt from');
    const end = card.indexOf('\n## ', start + 1);
    if (bases.length === 0 || start < 0) throw new Error(`The card of ${name} names no base or no data.`);
    return [
      `The model ${name} (Apache-2.0)`,
      ...bases.flatMap(({ base, licence, text }) => [
        '',
        `Made from ${base} (${licence}), https://huggingface.co/${base}`,
        ...(text === undefined ? [] : ['', text, '', MIT]),
      ]),
      '',
      card.slice(start, end < 0 ? undefined : end).trim(),
    ].join('\n');
  });
}

/** Those that a card's metadata names; none where one of them is not known. */
function basesOf(card: string) {
  const all = baseCardOf(card).baseModels;
  const known = all.flatMap((base) => {
    const from = BASES[base];
    return from ? [{ base, ...from }] : [];
  });
  return known.length === all.length ? known : [];
}

const HEAD = [
  'Entail is Apache-2.0. It contains, or was made with, what is listed here: each has the licence that stands above',
  'its text. The fonts are Inter and Source Serif 4 (OFL-1.1), listed under @fontsource-variable.',
].join('\n');

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
