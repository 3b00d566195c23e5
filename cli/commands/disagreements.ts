import { Command, Option } from 'commander';
import {
  type Disagreements,
  disagreementsOf,
  RULES,
  type Rule,
  settleBy,
} from '../../backend/annotating/disagreements.ts';
import { nameOf } from '../../backend/project/documentName.ts';
import { readProject } from '../context.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

const MOST_SHOWN = 20;

export function disagreementsCommand(): Command {
  return withJson(
    new Command('disagreements')
      .description('labels on which annotators disagree, and whose answer counts')
      .argument('<project>')
      .addOption(new Option('--rule <rule>', 'whose answer counts from now on').choices(RULES))
      .option('--adjudicator <name>', 'whose answers count under the rule "adjudicated"'),
  ).action((path: string, options: { rule?: Rule; adjudicator?: string; json?: boolean }) =>
    readProject(path, (project) => {
      const { rule = project.stores.settings.get('disagreements'), adjudicator } = options;
      if (options.rule !== undefined || adjudicator !== undefined) settleBy(project, { rule, adjudicator });
      const found = disagreementsOf(project);
      const names = found.openDocuments.slice(0, MOST_SHOWN).flatMap((id) => {
        const document = project.stores.documents.get(id);
        return document ? [nameOf(document)] : [];
      });
      print(options.json, found, () =>
        [
          disagreementsInWords(found) ?? 'Annotators disagree nowhere.',
          ...(names.length > 0 ? [`Open: ${names.join(', ')}${more(found.openDocuments.length)}`] : []),
        ].join('\n'),
      );
    }),
  );
}

const more = (count: number): string => (count > MOST_SHOWN ? ` and ${count - MOST_SHOWN} more.` : '.');

/** What training and figures make of disagreements; undefined: there are none. */
export function disagreementsInWords({
  rule,
  adjudicator,
  disputed,
  open,
}: Disagreements): string | undefined {
  if (disputed === 0) return undefined;
  const whose = {
    majority: 'what most annotators say counts',
    latest: 'what was said last counts',
    adjudicated: `what ${adjudicator ?? 'the adjudicator'} says counts`,
  }[rule];
  const left = open === 0 ? '' : ` ${open} of them ${open === 1 ? 'is' : 'are'} left open and left out.`;
  return `Annotators disagree on ${disputed} ${disputed === 1 ? 'answer' : 'answers'}: ${whose}.${left}`;
}
