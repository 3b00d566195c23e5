import { Command } from 'commander';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { agreeToModel } from '../../backend/models/agreed.ts';
import { nameModel } from '../../backend/models/projectModel.ts';
import { checkName, wholeName } from '../../backend/models/resolve.ts';
import { createProject } from '../../backend/project/file.ts';
import { many } from '../many.ts';
import { withJson } from '../options.ts';
import { print, quotedNames } from '../output.ts';

export function newCommand(): Command {
  return withJson(
    new Command('new')
      .description('create a project file')
      .argument('<project>', 'the new file, e.g. reviews.entail')
      .option(
        '--labels <file>',
        'labels.json: ["name", …] or [{"name", "description", "hypothesis"}, …]; without it, an import brings them',
      )
      .option('--model <model>', 'folder, hub id (owner/name) or "default"', wholeName, wholeName('default')),
  ).action(create);
}

async function create(
  path: string,
  options: { labels?: string; model: string; json?: boolean },
): Promise<void> {
  const { model } = options;
  checkName(model);
  const labels =
    options.labels === undefined ? [] : await readLabelsFile(options.labels, { mayBeEmpty: true });
  const project = createProject(path);
  try {
    addLabels(project, labels);
    project.write(() => nameModel(project, model));
    agreeToModel(model);
    const names = labels.map(({ name }) => name);
    print(options.json, { project: path, labels: names, model }, () =>
      names.length === 0
        ? `Created ${path} without labels: the files that are imported bring theirs.`
        : `Created ${path} with ${many(names.length, 'label')}: ${quotedNames(names)}.`,
    );
  } finally {
    project.close();
  }
}
