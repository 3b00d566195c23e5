import { Command, Option } from 'commander';
import { accept, acceptable, takeBackAccepted } from '../../backend/documents/accepting.ts';
import { everything } from '../../backend/documents/unconfirmed.ts';
import type { Project } from '../../backend/project/file.ts';
import { notice, withProject } from '../context.ts';
import { doubtIn } from '../doubt.ts';
import { labelNamed } from '../labelNamed.ts';
import { many } from '../many.ts';
import { withJson } from '../options.ts';
import { percent, print } from '../output.ts';

interface Options {
  as: string;
  label?: string[];
  search?: string;
  state: 'all' | 'new' | 'draft' | 'flagged';
  dryRun?: boolean;
  undo?: boolean;
  json?: boolean;
}

export function acceptCommand(): Command {
  return withJson(
    new Command('accept')
      .description(
        'accept the suggestions above their thresholds, all at once; they stay the model’s and train nothing',
      )
      .argument('<project>')
      .requiredOption('--as <name>', 'who accepts them')
      .option('--label <names...>', 'only of these labels')
      .option('--search <words>', 'only on documents with these words, or with this id')
      .addOption(
        new Option('--state <state>', 'only on documents that are so, for --as')
          .choices(['all', 'new', 'draft', 'flagged'])
          .default('all'),
      )
      .option('--dry-run', 'say what would be accepted, and change nothing')
      .option('--undo', 'take back what was accepted last'),
  ).action((path: string, options: Options) =>
    withProject(path, (project) => (options.undo ? takeBack(project, options) : run(project, options))),
  );
}

async function run(project: Project, { as, label, search, state, dryRun, json }: Options): Promise<void> {
  const request = {
    annotator: as,
    filter: everything({ search: search ?? '', status: state }),
    labelIds: label?.map((name) => labelNamed(project, name).id),
  };
  const found = await acceptable(project, request);
  if (found.stale > 0)
    notice(
      `${many(found.stale, 'suggestion is', 'suggestions are')} of another model or other sentences: "entail suggest" renews ${found.stale === 1 ? 'it' : 'them'}.`,
    );
  const doubt = doubtIn(found, 'name the labels to accept with --label');
  if (doubt) notice(doubt);
  const done = dryRun ? { act: null, ...found } : await accept(project, request);
  const names = new Map(project.stores.labels.all().map(({ id, name }) => [id, name]));
  const labels = found.labels.map(({ labelId, threshold, documents, right, examples }) => ({
    label: names.get(labelId) ?? '',
    threshold,
    documents,
    right,
    examples,
  }));
  const result = {
    act: done.act,
    documents: done.documents,
    answers: done.answers,
    stale: found.stale,
    finished: found.finished,
    labels,
  };
  print(json, result, () =>
    done.answers === 0
      ? 'There is no suggestion to accept.'
      : [
          `${many(done.answers, 'suggestion')} on ${many(done.documents, 'document')} ${dryRun ? 'would be accepted' : `accepted by ${as}`}:`,
          ...labels.map(
            (own) =>
              `  ${own.label}: ${own.documents} (from ${own.threshold.toFixed(2)}, about ${percent(own.right)} expected to be right)`,
          ),
          ...(dryRun ? [] : ['"entail accept --undo" takes them back.']),
        ].join('\n'),
  );
}

function takeBack(project: Project, { json }: Options): void {
  const act = project.stores.accepted.last();
  if (act !== undefined) takeBackAccepted(project, act);
  const done = project.stores.accepted.all(1_000_000).find(({ id }) => id === act);
  print(json, { act: act ?? null, answers: done?.answers ?? 0, documents: done?.documents ?? 0 }, () =>
    done
      ? `${many(done.answers, 'suggestion')} on ${many(done.documents, 'document')} taken back.`
      : 'There is nothing to take back.',
  );
}
