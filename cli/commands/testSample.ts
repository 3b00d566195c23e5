import { Command } from 'commander';
import { lockTestSample } from '../../backend/evaluating/testSample.ts';
import { withProject } from '../context.ts';
import { many } from '../many.ts';
import { wholeNumber, withJson } from '../options.ts';
import { print } from '../output.ts';

export function testSampleCommand(): Command {
  return withJson(
    new Command('test-sample')
      .description('lock a random sample of documents for testing: asked first, never trained on')
      .argument('<project>')
      .requiredOption('--size <n>', 'documents', wholeNumber(1))
      .option('--grow', 'draw so many more, where there is a sample already')
      .option('--seed <n>', 'of the sample', wholeNumber(0), 1),
  ).action((path: string, options: { size: number; seed: number; grow?: boolean; json?: boolean }) =>
    withProject(path, (project) => {
      const documents = lockTestSample(project, options);
      print(
        options.json,
        { documents },
        () => `${many(documents, 'document is', 'documents are')} kept for testing.`,
      );
    }),
  );
}
