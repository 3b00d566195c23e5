import { basename } from 'node:path';
import { Command } from 'commander';
import { serveProject } from '../../web/server.ts';
import { withEngine, withProject } from '../context.ts';
import { wholeNumber } from '../options.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('the interface in your browser, for this machine only')
    .argument('<project>')
    .option('--port <n>', 'default: any free one', wholeNumber(0, 65_535), 0)
    .action((path: string, { port }: { port: number }) =>
      withProject(path, (project) =>
        withEngine(async ({ engine, signal }) => {
          const host = await serveProject({ project, engine, name: basename(path, '.entail') }, { port });
          process.stdout.write(`Open ${host.url}\n(good once, within a minute; Ctrl-C stops)\n`);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          await host.close();
        }),
      ),
    );
}
