import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { exportFormats } from '../../../backend/exporting/index.ts';
import { RECOMMENDED } from '../../../backend/models/catalogue.ts';
import { settingsModels } from '../../../backend/models/projectModel.ts';
import { hardlyLearnt, leftOut, withoutFigures } from '../../../backend/training/warnings.ts';
import { hintInWords } from '../../../cli/remedies.ts';
import { type Failure, Remedy } from '../../../contract/index.ts';
import { FIGURES } from '../../../engine/index.ts';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { en } from '../../../renderer/src/texts/en/index.ts';
import { failureInWords, fromBackend, remedyInWords, speak } from '../../../renderer/src/texts/index.ts';
import { LANGUAGES } from '../../../renderer/src/texts/language.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
afterEach(() => speak('en'));

/** Every text of a catalogue, functions called with something that shows. */
function textsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [];
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, `${path}.${key}`));
}

const REMEDIES: readonly Remedy[] = [
  { code: 'another_name' },
  { code: 'open_backup' },
  { code: 'set_log_aside' },
  { code: 'add_labels' },
  { code: 'resume_run', run: 7 },
  { code: 'name_encoding' },
  { code: 'name_text_column', columns: ['a', 'b'] },
  { code: 'name_delimiter' },
  { code: 'name_labels_column', columns: ['a', 'b'] },
  { code: 'recognise_format' },
  { code: 'plain_reading', trained: true },
  { code: 'plain_reading', trained: false },
  { code: 'use_own_model' },
  { code: 'give_hub_token' },
  { code: 'bring_folder_back' },
  { code: 'list_models' },
  { code: 'name_model' },
  { code: 'agree_to_model', model: 'a/b' },
  { code: 'name_classes' },
  { code: 'see_log' },
  { code: 'export_to_onnx' },
  { code: 'start_with_project' },
  { code: 'add_model_folder' },
];
/** An option or a command of the command line. */
const COMMAND = /(^|\s|")--[a-z]|\bentail [a-z]+\b(?! (hat|ist|kann))/;

describe('remedies', () => {
  it('are all tried here', () => {
    const codes = Remedy.options.map(({ shape }) => shape.code.value);
    expect(new Set(REMEDIES.map(({ code }) => code))).toEqual(new Set(codes));
  });

  it('have words in each host and language, the page never an option or a command', () => {
    for (const remedy of REMEDIES) {
      expect(hintInWords(remedy)).toMatch(/\.$/);
      const said = LANGUAGES.map((language) => {
        speak(language);
        return remedyInWords(remedy);
      });
      for (const words of said) {
        expect(words).toMatch(/[.”“]$/);
        expect(words).not.toMatch(COMMAND);
        expect(words).not.toContain('undefined');
      }
      expect(new Set(said).size).toBe(LANGUAGES.length);
    }
    expect(hintInWords({ code: 'resume_run', run: 7 })).toBe('Resume it with --resume 7.');
  });
});

/** Where commands are named, and why. */
const MAY_NAME_THEM = {
  'engine/export/card.ts': 'the card of an exported model is a file; it tells how its jobs are started',
};

describe('no sentence that the page can show', () => {
  const sources = ['backend', 'engine', 'process', 'web', 'electron', 'contract'].flatMap((layer) =>
    readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(layer, name)),
  );
  const code = (name: string) =>
    readFileSync(join(ROOT, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

  it('names an option of the command line, or a command', () => {
    const shown = sources.filter((name) => !Object.hasOwn(MAY_NAME_THEM, name.replaceAll('\\', '/')));
    const found = shown.flatMap((name) =>
      [...code(name).matchAll(/(['"`])(?:(?!\1)[^\\]|\\.)*?\1/g)]
        .map(([text]) => text.slice(1, -1))
        // Options for Node and for Chromium are no sentences.
        .filter((text) => COMMAND.test(text) && /\s/.test(text))
        .map((text) => `${name}: ${text}`),
    );
    expect(sources.length).toBeGreaterThan(200);
    expect(found).toEqual([]);
    expect('Say it with --text-column: a.').toMatch(COMMAND);
    expect('See "entail models list".').toMatch(COMMAND);
  });
});

/** Where a catalogue has a text, and how many parts a text is made of. */
function placesOf(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return [path];
  if (typeof value === 'function') return [`${path}()`];
  if (typeof value !== 'object' || value === null) return [`${path}: ${String(value)}`];
  return Object.entries(value).flatMap(([key, one]) => placesOf(one, `${path}.${key}`));
}

describe('German', () => {
  it('has a text in each place where English has one, and no other', () => {
    const places = (texts: object) => placesOf({ ...texts, backend: {}, failures: {} }).sort();
    expect(places(de)).toEqual(places(en));
    expect(places(en).length).toBeGreaterThan(900);
  });

  it('has words of its own for all that English says', () => {
    const english = new Map(textsOf({ ...en, backend: {}, failures: {} }));
    /** The same in both languages. */
    const same = new Set(
      'Alt Esc Enter Export Import Name Text Details Training auto Format F1 Version AP Kappa Ideal Orange'.split(
        ' ',
      ),
    );
    const left = textsOf({ ...de, backend: {}, failures: {} }).filter(
      ([path, text]) => english.get(path) === text && text !== '' && !same.has(text),
    );
    expect(left).toEqual([]);
  });

  it('has words for every figure of one number', () => {
    speak('de');
    expect(FIGURES.length).toBeGreaterThan(2);
    expect(FIGURES.filter(({ sentence }) => fromBackend(sentence) === sentence)).toEqual([]);
  });

  it('says Kategorie, never Label, and Sie with a capital', () => {
    // Programs are called as they call themselves.
    const programs = [...exportFormats.values()].map(({ title }) => title);
    const left = textsOf(de).filter(
      ([path, text]) =>
        /\bLabels?\b/.test(programs.reduce((rest, name) => rest.replaceAll(name, ''), text)) &&
        !path.startsWith('.backend.sentences.l'),
    );
    expect(left).toEqual([]);
    expect(textsOf(de).filter(([, text]) => /"|'s\b/.test(text))).toEqual([]);
  });

  it('words what the backend still says', () => {
    const said = ['backend', 'engine']
      .flatMap((layer) =>
        readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => readFileSync(join(ROOT, layer, name), 'utf8')),
      )
      .join('\n');
    expect(Object.keys(de.backend.sentences).filter((sentence) => !said.includes(sentence))).toEqual([]);
    speak('de');
    expect(fromBackend('comments are left out (1 document)')).toBe('Kommentare fehlen (1 Dokument)');
    expect(fromBackend('"a" was merged into "b"')).toBe('„a“ wurde mit „b“ zusammengelegt');
    expect(fromBackend('WebGPU cannot be used: its libraries are not installed.')).toBe(
      'WebGPU ist nicht nutzbar: Die Bibliotheken dafür sind nicht installiert.',
    );
    expect(fromBackend('What nobody knows.')).toBe('What nobody knows.');
  });

  it('words what each model of the list is good for', async () => {
    speak('de');
    const models = await settingsModels(null);
    const described = models.map(({ description }) => description).filter((own) => own !== '');
    expect(described.length).toBeGreaterThan(RECOMMENDED.length);
    expect(described.filter((own) => fromBackend(own) === own)).toEqual([]);
    const left = RECOMMENDED.filter(({ quality }) => !Object.hasOwn(de.backend.sentences, quality));
    expect(left).toEqual([]);
  });

  it('has one word for a thing in German', () => {
    const files = readdirSync(join(ROOT, 'renderer/src/texts/de'));
    const all = files.map((name) => readFileSync(join(ROOT, 'renderer/src/texts/de', name), 'utf8')).join('');
    expect(all.match(/Macro-F1|95-%-Intervall|95 %-Bereich/g) ?? []).toEqual([]);
  });

  it('sets a comma before a clause in German, where one stands in a sentence that is put together', () => {
    const { where } = de.evaluate;
    expect(
      Object.values(where).filter((text) => /^,? ?(die|das) /.test(text) && !text.startsWith(', ')),
    ).toEqual([]);
    expect(Object.values(where).every((text) => /^(, | )/.test(text))).toBe(true);
    expect(Object.values(en.evaluate.where).every((text) => text.startsWith(' '))).toBe(true);
  });

  it('has one kind of quotes and apostrophes in English', () => {
    const files = readdirSync(join(ROOT, 'renderer/src/texts/en'));
    const straight = files.flatMap((name) =>
      readFileSync(join(ROOT, 'renderer/src/texts/en', name), 'utf8')
        .replaceAll(/\/\*\*?[\s\S]*?\*\/|\/\/.*|\$\{[^}]*\}/g, '')
        .split('\n')
        .filter((line) => /'[^']*"[^']*'|`[^`]*"[^`]*`|"[^"]*\w'\w[^"]*"|`[^`]*\w'\w[^`]*`/.test(line)),
    );
    expect(straight).toEqual([]);
    // What the backend quotes may have quotes of its own: it stays as it was written.
    expect(fromBackend('The run failed: 3.5" disks.')).toBe('The run failed: 3.5" disks.');
  });

  it('words what is said before a training', () => {
    speak('de');
    const answers = (count: number) => [
      { decisions: new Map(Array.from({ length: count }, (_, i) => [i, 'yes'] as const)) },
    ];
    const inGerman = (sentences: readonly string[]) => sentences.map(fromBackend).join('\n');
    expect(inGerman(leftOut(answers(20), []))).toMatch(/^20 Antworten bleiben beim Training außen vor/);
    expect(inGerman(leftOut(answers(1), []))).toMatch(/^Eine Antwort bleibt beim Training außen vor/);
    const from = { least: 20, more: 8, documents: 40 };
    expect(inGerman(withoutFigures(from, false))).toMatch(
      /^Dieser Lauf wird keine Werte .+ sind 12\. Ordnen Sie erst 8 weitere ein/,
    );
    expect(inGerman(withoutFigures({ ...from, documents: 15 }, true))).toMatch(
      / sind 12, neben nicht .+ Dieses Projekt hat 15 zum Lernen: Importieren Sie erst weitere, dann/,
    );
    const labels = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `L${i}` }));
    expect(inGerman(hardlyLearnt([], labels(1)))).toMatch(/ hat die Kategorie „L0“, daher /);
    expect(inGerman(hardlyLearnt([], labels(9)))).toMatch(
      / hat die Kategorien „L0“, .+, „L4“ und 4 andere, daher /,
    );
    expect(inGerman(hardlyLearnt(answers(1), labels(1)))).toMatch(/^Die Kategorie „L0“ wurde nie abgelehnt/);
    expect(inGerman(hardlyLearnt(answers(2), labels(2)))).toMatch(
      /^Die Kategorien „L0“, „L1“ wurden nie abgelehnt/,
    );
  });
});

describe('a failure in words', () => {
  const failure: Failure = {
    code: 'target_exists',
    message: '"a.csv" exists already.',
    hint: null,
    remedy: { code: 'another_name' },
    params: { name: 'a.csv' },
  };

  it('is told in the language in use', () => {
    expect(failureInWords(failure)).toBe('"a.csv" exists already. Choose another name.');
    speak('de');
    expect(failureInWords(failure)).toBe('„a.csv“ gibt es schon. Wählen Sie einen anderen Namen.');
  });

  it('is told in the English sentence where its code or a name is not known', () => {
    speak('de');
    const unknown = { ...failure, code: 'of_tomorrow', remedy: null, hint: 'Get it again.' };
    expect(failureInWords(unknown)).toBe('"a.csv" exists already. Get it again.');
    expect(failureInWords({ ...failure, params: {} })).toBe(
      '"a.csv" exists already. Wählen Sie einen anderen Namen.',
    );
    expect(failureInWords({ ...unknown, code: 'constructor' })).toBe('"a.csv" exists already. Get it again.');
  });

  it('has a name in German for every file that is named', () => {
    const sources = readdirSync(join(ROOT, 'backend'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, 'backend', name), 'utf8'))
      .join('\n');
    const needing = Object.entries(de.failures).filter(([, say]) => say({}) === null);
    const unnamed = needing
      .map(([code]) => code)
      .filter((code) =>
        [...sources.matchAll(new RegExp(`new BackendError\\(\\s*'${code}',`, 'g'))].some(
          ({ index }) => !/\{[^{}]*\bname\b[^{}]*\}|\{ key:/.test(sources.slice(index, index + 600)),
        ),
      );
    expect(needing.length).toBeGreaterThan(20);
    expect(unnamed).toEqual([]);
  });
});
