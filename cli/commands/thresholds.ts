import { Command } from 'commander';
import { requireLabels } from '../../backend/labels/labels.ts';
import { learnerOf } from '../../backend/suggesting/learning/learner.ts';
import { setTarget, targetsOf } from '../../backend/suggesting/targets.ts';
import { thresholdSources, thresholdsOf } from '../../backend/suggesting/thresholds.ts';
import type { Expected, Target } from '../../engine/index.ts';
import { withProject } from '../context.ts';
import { labelNamed } from '../labelNamed.ts';
import { many } from '../many.ts';
import { numberWithin, withJson } from '../options.ts';
import { percent, print, table } from '../output.ts';

interface Options {
  label?: string[];
  precision?: number;
  recall?: number;
  best?: boolean;
  json?: boolean;
}

export function thresholdsCommand(): Command {
  return withJson(
    new Command('thresholds')
      .description(
        'from which probability on labels are suggested, and what that comes to; or ask for a precision or recall instead of the best F1',
      )
      .argument('<project>')
      .option('--label <names...>', 'these labels (default: all)')
      .option('--precision <percent>', 'so much of what is suggested is to be right', numberWithin(50, 99))
      .option('--recall <percent>', 'so much of what there is is to be suggested', numberWithin(50, 99))
      .option('--best', 'the best F1 again'),
  ).action((path: string, options: Options, self: Command) => {
    const wishes = [options.precision, options.recall, options.best].filter((one) => one !== undefined);
    if (wishes.length > 1)
      self.error('error: ask for one of --precision, --recall and --best.', { exitCode: 2 });
    return run(path, options);
  });
}

const wishOf = ({ precision, recall }: Options): Target | null => {
  if (precision !== undefined) return { of: 'precision', least: precision / 100 };
  return recall === undefined ? null : { of: 'recall', least: recall / 100 };
};

async function run(path: string, options: Options): Promise<void> {
  await withProject(path, async (project) => {
    const all = requireLabels(project);
    const chosen = options.label?.map((name) => labelNamed(project, name)) ?? all;
    const isAsked = [options.precision, options.recall, options.best].some((one) => one !== undefined);
    if (isAsked) {
      setTarget(
        project,
        chosen.map(({ id }) => id),
        wishOf(options),
      );
    }
    const learner = learnerOf(project);
    await learner.follow({ whole: true });
    const targets = targetsOf(project);
    const thresholds = thresholdsOf(project);
    const sources = thresholdSources(project);
    const rows = chosen.map((label) => {
      const place = all.findIndex(({ id }) => id === label.id);
      return {
        label: label.name,
        threshold: thresholds[place]!,
        from: sources[place]!,
        target: targets.get(label.id) ?? null,
        // What a person set by hand is not what was learnt.
        expected: sources[place] === 'person' ? null : (learner.learnt?.expected.get(label.id) ?? null),
      };
    });
    print(options.json, { labels: rows }, () =>
      [
        table(
          ['label', 'suggested from', 'asked for', 'documents', 'right', 'found', 'at the best F1'],
          rows.map(({ label, threshold, target, from, expected }) => [
            label,
            percent(threshold),
            askedFor(target, from),
            ...(expected ? expectation(expected.now) : ['–', '–', '–']),
            expected && from === 'target' ? shortly(expected.best) : '–',
          ]),
        ),
        learner.learnt?.documents
          ? 'Right: of what is suggested. Found: of what there is. As probabilities of all documents have it, with intervals of which about nine in ten hold what comes.'
          : 'Nothing is learnt yet: a target holds from the first decisions on.',
      ].join('\n'),
    );
  });
}

const SOURCES: Readonly<Record<string, string>> = { expected: 'best F1', person: 'set by hand' };

const askedFor = (target: Target | null, from: string): string =>
  target && from !== 'person' ? `${target.of} ${percent(target.least)}` : (SOURCES[from] ?? 'nothing');

const within = ({ mean, low, high }: Expected['precision']): string =>
  `${percent(mean)} (${percent(low)} to ${percent(high)})`;

const expectation = ({ suggested, precision, recall }: Expected): string[] => [
  String(suggested),
  suggested === 0 ? '–' : within(precision),
  within(recall),
];

const shortly = ({ suggested, precision, recall }: Expected): string =>
  `${many(suggested, 'document')}, ${percent(precision.mean)} right, ${percent(recall.mean)} found`;
