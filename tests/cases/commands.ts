import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../../backend/project/file.ts';
import { entail, type Ran } from './cli.ts';

/** A case that other commands than `import` are tried on. Returns what is wrong, in words. */
interface CommandCase {
  /** What is missing for it on this machine; undefined: nothing. */
  needs?(): string | undefined;
  check(folder: string, dir: string): string[];
}

const models = () => {
  const root = process.env.ENTAIL_MODELS;
  return root !== undefined && existsSync(root) ? undefined : 'ENTAIL_MODELS names no folder with its models';
};
const wrongIf = (wrong: boolean, what: string): string[] => (wrong ? [what] : []);
/** What people would read. */
const said = ({ out, err }: Ran): string => `${out}${err}`;
const predicts = (folder: string, dir: string, model: string): Ran =>
  entail(dir, [
    ...['predict', '--model', join(process.env.ENTAIL_MODELS ?? '', model)],
    ...['--labels', join(folder, 'labels.json'), join(folder, 'd.csv')],
    ...['--out', join(dir, 'o.jsonl'), '--overwrite', '--device', 'cpu'],
  ]);
const INTERNAL = /Something went wrong inside Entail|at .*\.ts:\d/;
const notInternal = (ran: Ran): string[] =>
  wrongIf(INTERNAL.test(said(ran)), `an internal error: ${said(ran)}`);

export const COMMANDS: Readonly<Record<string, CommandCase>> = {
  '28-template-braces': {
    check(folder, dir) {
      const scores = ['braces', 'filled'].map((name) => {
        entail(dir, [
          ...[
            'predict',
            '--model',
            'default',
            '--labels',
            join(folder, `${name}.json`),
            join(folder, 'd.csv'),
          ],
          ...['--out', join(dir, `${name}.jsonl`), '--device', 'cpu'],
        ]);
        return readFileSync(join(dir, `${name}.jsonl`), 'utf8');
      });
      return wrongIf(scores[0] !== scores[1], `${scores[0]} instead of ${scores[1]}`);
    },
  },
  '29-classes-not-named': {
    needs: models,
    check(folder, dir) {
      const unnamed = predicts(folder, dir, 'LABEL_0');
      const byId = predicts(folder, dir, 'label2id-only');
      return [
        ...wrongIf(!said(unnamed).includes('--classes'), `nothing says how to name them: ${said(unnamed)}`),
        ...wrongIf(byId.code !== 0, `label2id is not used: ${said(byId)}`),
      ];
    },
  },
  '30-fixed-length-int32-renamed-inputs': {
    needs: models,
    check: (folder, dir) =>
      ['fixed128', 'int32', 'renamed-input', 'aegis'].flatMap((model) => {
        const ran = predicts(folder, dir, model);
        return [...notInternal(ran), ...wrongIf(said(ran).includes('ONNX Runtime stopped'), said(ran))];
      }),
  },
  '36-read-only-project': {
    needs: () => (process.getuid?.() === 0 ? 'who runs this may write everything' : undefined),
    check(folder, dir) {
      const project = join(dir, 'p.entail');
      entail(dir, ['new', project, '--labels', join(folder, 'labels.json')]);
      chmodSync(project, 0o444);
      return [
        ['check', project],
        ['export-data', project, '--format', 'csv', '--to', join(dir, 'o.csv')],
      ].flatMap((args) => {
        const ran = entail(dir, args);
        return wrongIf(ran.code !== 0, `${args[0]}: ${said(ran)}`);
      });
    },
  },
  '38-metrics-without-support': {
    check(folder, dir) {
      const project = join(dir, 'p.entail');
      entail(dir, ['new', project, '--labels', join(folder, 'labels.json')]);
      const ran = entail(dir, [
        ...['evaluate', project, '--model', 'default', '--on', join(folder, 'gold.jsonl'), '--device', 'cpu'],
      ]);
      return wrongIf(!/averages leave out \d of/.test(said(ran)), said(ran));
    },
  },
  '48-model-variants': {
    needs: models,
    check: (folder, dir) => notInternal(predicts(folder, dir, 'two')),
  },
  '49-quantised-model-with-if': {
    needs: models,
    check(folder, dir) {
      const ran = predicts(folder, dir, 'aegis-dyn');
      return wrongIf(ran.code !== 0, said(ran));
    },
  },
  '50-odd-label-names': {
    check(folder, dir) {
      const labels = join(folder, 'labels.json');
      const project = join(dir, 'p.entail');
      entail(dir, ['new', project, '--labels', labels]);
      entail(dir, ['import', project, join(folder, 'd.jsonl')]);
      const before = accepted(project);
      // fastText has no spaces in names, and its classes are no list: the sidecar is not read back.
      const endings = {
        jsonl: 'jsonl',
        csv: 'csv',
        'label-studio': 'json',
        prodigy: 'jsonl',
        argilla: 'json',
      };
      const more = {
        'argilla-flat': 'jsonl',
        doccano: 'jsonl',
        hf: 'jsonl',
        'hf-parquet': 'parquet',
        spacy: 'jsonl',
      };
      return Object.entries({ ...endings, ...more }).flatMap(([format, ending]) => {
        const file = join(dir, `${format}.${ending}`);
        const out = entail(dir, ['export-data', project, '--format', format, '--to', file]);
        if (out.code !== 0) return [`${format}: ${said(out)}`];
        const again = join(dir, `${format}.entail`);
        entail(dir, ['new', again, '--labels', labels]);
        const back = entail(dir, ['import', again, file]);
        if (back.code !== 0) return [`${format}: ${said(back)}`];
        return wrongIf(accepted(again) !== before, `${format}: ${accepted(again)} instead of ${before}`);
      });
    },
  },
  '52-empty-pool': {
    check(folder, dir) {
      const project = join(dir, 'p.entail');
      entail(dir, ['new', project, '--labels', join(folder, 'labels.json')]);
      const empty = entail(dir, ['next', project]);
      entail(dir, ['import', project, join(folder, 'd.jsonl')]);
      const done = entail(dir, ['next', project]);
      return [
        ...notInternal(empty),
        ...notInternal(done),
        ...wrongIf(said(done).trim() === '', 'nothing is said'),
      ];
    },
  },
  '53-odd-paths': {
    check(folder, dir) {
      mkdirSync(join(dir, 'sub dir', 'ünï 文'), { recursive: true });
      mkdirSync(join(dir, 'real'));
      symlinkSync('real', join(dir, 'link'));
      cpSync(join(folder, 'd.csv'), join(dir, 'a?b#c%20.csv'));
      const paths = [
        join('sub dir', 'ünï 文', 'プロ 😀.entail'),
        'a?b#c%20&mode=ro.entail',
        'it\'s "quoted".entail',
        join('link', 'p.entail'),
      ];
      return paths.flatMap((path) =>
        [
          ['new', path, '--labels', join(folder, 'labels.json')],
          ['import', path, 'a?b#c%20.csv'],
          ['check', path],
        ].flatMap((args) => {
          const ran = entail(dir, args);
          return wrongIf(ran.code !== 0, `${args.slice(0, 2).join(' ')}: ${said(ran)}`);
        }),
      );
    },
  },
};

/** Labels that the only document of a project has. */
function accepted(path: string): string {
  const project = openProject(path);
  try {
    const { labels, standing } = project.stores;
    const yes = standing.decisions(1).filter(({ value }) => value === 'yes');
    return yes
      .map(({ labelId }) => labels.nameOf(labelId))
      .sort()
      .join(' | ');
  } finally {
    project.close();
  }
}
