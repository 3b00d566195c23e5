import { resolve } from 'node:path';
import { Command } from 'commander';
import { agreeToModel } from '../../backend/models/agreed.ts';
import { getModel, installedModels, RECOMMENDED, removeModel } from '../../backend/models/catalogue.ts';
import { firstModel } from '../../backend/models/embedded.ts';
import { addFolder, chosenFolders } from '../../backend/models/folders.ts';
import { describeModel } from '../../backend/models/projectModel.ts';
import { resolveModel, wholeName } from '../../backend/models/resolve.ts';
import type { ChosenClasses } from '../../engine/index.ts';
import { withEngine } from '../context.ts';
import { withJson } from '../options.ts';
import { print, table } from '../output.ts';
import { withProgress } from '../progress.ts';

export function modelsCommand(): Command {
  const command = new Command('models').description('models on this machine, and larger ones of the hub');
  const list = withJson(new Command('list').description('what is here, and what is worth getting')).action(
    listModels,
  );
  const get = withJson(
    new Command('get').description('download a model of the hub').argument('<id>', 'owner/name'),
  ).action(download);
  const add = withJson(
    new Command('add')
      .description('list a folder with a model, so that the app offers it too')
      .argument('<folder>', 'with config.json, tokenizer.json and onnx/model.onnx or model.onnx'),
  ).action(addListed);
  const remove = withJson(
    new Command('remove')
      .description('delete a downloaded model, or take a folder off the list (it is not touched)')
      .argument('<model>', 'owner/name, or the folder'),
  ).action((id: string, { json }: { json?: boolean }) => {
    const folder = chosenFolders().find((dir) => dir === resolve(id));
    removeModel(folder ?? id);
    print(json, { removed: folder ?? id }, () =>
      folder ? `${folder} is not listed any more; the folder is as it was.` : `Removed ${id}.`,
    );
  });
  const trust = withJson(
    new Command('trust')
      .description('agree to use a model that a project names, on this machine')
      .argument('<model>', 'as the project names it: a folder, or owner/name'),
  ).action((name: string, { json }: { json?: boolean }) => {
    agreeToModel(name);
    print(json, { agreed: name }, () => `Projects that name ${name} may use it on this machine.`);
  });
  const classes = withJson(
    new Command('classes')
      .description('what the outputs of a model answer to plain pairs, to tell which is entailment')
      .argument('<model>', 'folder, hub id or "default"'),
  ).action(showClasses);
  for (const sub of [list, get, add, remove, trust, classes]) command.addCommand(sub.exitOverride());
  return command;
}

async function listModels({ json }: { json?: boolean }): Promise<void> {
  const installed = (await installedModels()).map((model) => ({
    ...model,
    description: describeModel(model),
  }));
  const newProjects = firstModel();
  const here = new Set(installed.map(({ id }) => id));
  const recommended = RECOMMENDED.filter(({ id }) => !here.has(id));
  print(json, { newProjects, installed, recommended }, () =>
    [
      table(
        ['on this machine', 'MB', 'for'],
        installed.map(({ id, megabytes, description }) => [id, String(megabytes), description]),
      ),
      `New projects begin with ${newProjects}.`,
      table(
        ['to get', 'MB', 'languages', 'quality'],
        recommended.map(({ id, megabytes, languages, quality }) => [
          id,
          String(megabytes),
          languages,
          quality,
        ]),
      ),
    ].join('\n'),
  );
}

async function showClasses(name: string, { json }: { json?: boolean }): Promise<void> {
  const { dir } = await resolveModel(wholeName(name));
  const found = await withEngine(({ engine }) => engine.classExamples(dir));
  const { outputs, likely, chosen, examples } = found;
  const said = ({ entailment, contradiction }: ChosenClasses) =>
    `entailment=${entailment},contradiction=${contradiction}`;
  print(json, found, () =>
    [
      table(
        ['premise', 'hypothesis', 'means', ...outputs.map((output, i) => `${i}: ${output}`)],
        examples.map(({ premise, hypothesis, means, shares }) => [
          premise,
          hypothesis,
          means,
          ...shares.map((share) => share.toFixed(2)),
        ]),
      ),
      ...(chosen ? [`Chosen on this machine: ${said(chosen)}.`] : []),
      `The examples speak for --classes ${said(likely)}.`,
    ].join('\n'),
  );
}

async function addListed(folder: string, { json }: { json?: boolean }): Promise<void> {
  const { name, named } = await withEngine(({ engine }) => addFolder(folder, engine));
  print(json, { added: name, named }, () =>
    named
      ? `${name} is listed: the app's settings offer it, and --model takes it.`
      : `${name} is listed, but does not say which output means what: see "entail models classes ${name}", then name it once with --model and --classes.`,
  );
}

async function download(id: string, { json }: { json?: boolean }): Promise<void> {
  const dir = await withEngine(({ signal }) =>
    withProgress(`Downloading ${id}`, ({ update }) =>
      getModel(id, {
        signal,
        onProgress: (received, total) =>
          update(received, total, `${Math.round(received / 1e6)} of ${Math.round(total / 1e6)} MB`),
      }),
    ),
  );
  agreeToModel(id);
  print(json, { id, dir }, () => `${id} is here: use it with --model ${id}.`);
}
