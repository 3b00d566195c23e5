import { Command, Option } from 'commander';
import { IN_ORDER, nextDocuments, ONE_LABEL } from '../../backend/choosing/choosing.ts';
import { nameOf } from '../../backend/project/documentName.ts';
import { learnerOf } from '../../backend/suggesting/learning/learner.ts';
import { STRATEGIES } from '../../engine/index.ts';
import { readProject } from '../context.ts';
import { labelNamed } from '../labelNamed.ts';
import { wholeNumber, withJson } from '../options.ts';
import { print } from '../output.ts';

export function nextCommand(): Command {
  return withJson(
    new Command('next')
      .description('the documents to label next')
      .argument('<project>')
      .addOption(
        new Option('--strategy <strategy>', 'how to choose')
          .choices([...STRATEGIES.map(({ name }) => name), ONE_LABEL, IN_ORDER])
          .default('mix'),
      )
      .option('--label <name>', 'what "label" asks about; else the one with the fewest examples')
      .option('--limit <n>', 'how many', wholeNumber(1), 10)
      .option('--seed <n>', 'of what is random', wholeNumber(0), 1),
  ).action(run);
}

async function run(
  path: string,
  { label, ...options }: { strategy: string; label?: string; limit: number; seed: number; json?: boolean },
): Promise<void> {
  await readProject(path, async (project) => {
    await learnerOf(project).follow({ whole: true });
    const labelId = label === undefined ? undefined : labelNamed(project, label).id;
    const rows = nextDocuments(project, { ...options, labelId }).map(({ document, reason }) => ({
      id: nameOf(document),
      text: document.text,
      reason,
    }));
    print(options.json, { documents: rows }, () =>
      rows.length === 0
        ? 'Every document is done.'
        : rows.map(({ id, text, reason }) => `${id}\t${reason}\t${beginning(text)}`).join('\n'),
    );
  });
}

/** All lines as one: the first is often only a greeting. */
const beginning = (text: string): string => {
  const line = text.slice(0, 1000).replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};
