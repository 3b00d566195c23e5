import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addLabel, updateLabel } from '../backend/labels/changes.ts';
import { addLabels } from '../backend/labels/labels.ts';
import { createProject, type Project } from '../backend/project/file.ts';
import { APP_PRECISION } from '../backend/suggesting/scorers.ts';
import { suggest } from '../backend/suggesting/suggesting.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import { realTexts } from './texts.ts';

/**
 * What changing labels costs: the seconds until all documents have suggestions, at first, after one label was reworded, and
 * after one was added; a Markdown table. With the embedded model, as the app suggests.
 *
 *   node bench/rewording.ts [--documents 2000,10000] [--labels 10,100]
 */
const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000,10000' },
    labels: { type: 'string', default: '10,100' },
  },
});

const texts = realTexts();
const engine = createEngine();
process.stdout.write(
  '| documents | labels | all suggestions (s) | one label reworded (s) | share | one label added (s) | share |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const documents of options.documents.split(',').map(Number))
  for (const labels of options.labels.split(',').map(Number)) {
    const folder = mkdtempSync(join(tmpdir(), 'entail-rewording-'));
    const project = createProject(join(folder, 'p.entail'));
    try {
      process.stdout.write(`${await measured(project, engine, { documents, labels })}\n`);
    } finally {
      project.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
await engine.close();

async function measured(
  project: Project,
  engine: Engine,
  { documents, labels }: { documents: number; labels: number },
): Promise<string> {
  addLabels(
    project,
    Array.from({ length: labels }, (_, i) => ({
      name: `subject ${i + 1}`,
      hypotheses: [`This text is about subject number ${i + 1}.`],
    })),
  );
  project.write(() => {
    for (let i = 0; i < documents; i++) {
      // The same text twice would be one document.
      const text = `${texts[i % texts.length]!} (${i + 1})`;
      const document = { externalId: `d${i + 1}`, text, meta: new Map(), split: null, source: 'bench' };
      project.stores.documents.add(document, new Date().toISOString());
    }
  });
  // Loading the model and making its fast form is not what is compared.
  await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION, limit: 1 });
  const all = await seconds(project, engine);
  const [first] = project.stores.labels.all();
  updateLabel(project, { id: first!.id, hypotheses: ['The writer speaks of the first subject.'] });
  const reworded = await seconds(project, engine);
  addLabel(project, { name: 'another', hypotheses: ['This text is about something else.'] });
  const added = await seconds(project, engine);
  return `| ${[documents, labels, all.toFixed(1), reworded.toFixed(1), (reworded / all).toFixed(2), added.toFixed(1), (added / all).toFixed(2)].join(' | ')} |`;
}

async function seconds(project: Project, engine: Engine): Promise<number> {
  const began = performance.now();
  await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
  return (performance.now() - began) / 1000;
}
