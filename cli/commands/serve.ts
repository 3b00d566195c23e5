import { Command } from 'commander';
import { createBackend } from '../../backend/index.ts';
import { entailHome } from '../../engine/index.ts';
import { processLog } from '../../process/last.ts';
import { createWebHost } from '../../web/host.ts';
import { createRecovery } from '../../web/recover.ts';
import { serve, USUAL_PORT } from '../../web/server.ts';
import { withEngine } from '../context.ts';
import { inForeground } from '../foreground.ts';
import { goOn } from '../lasting.ts';
import { onEnter } from '../onEnter.ts';
import { wholeNumber } from '../options.ts';
import { say } from '../terminal.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('the interface in your browser, for this machine only')
    .argument('[project]', 'without one: the start screen')
    .option('--sample', 'with the sample project')
    .option(
      '--port <n>',
      `default: ${USUAL_PORT}, or any free one while that is used; 0: any free one`,
      wholeNumber(0, 65_535),
    )
    .action((path: string | undefined, { port, sample }: { port?: number; sample?: true }) =>
      withEngine(async ({ engine, signal }) => {
        const home = entailHome();
        const backend = await createBackend(createWebHost(home), { engine, home });
        const recover = createRecovery(backend);
        const log = processLog();
        const end = goOn((error) => {
          recover(error).catch((failure: unknown) => log.error('not-reopened', failure));
        });
        try {
          if (path !== undefined) await backend.open(path);
          else if (sample) await backend.session.workspace.sample();
          const server = await serve(backend.session, {
            ...(port === undefined ? { preferred: USUAL_PORT } : { port }),
            onUnexpected: (error) => log.error('request-failed', error),
          });
          if (port === undefined && server.port !== USUAL_PORT)
            say(
              `Port ${USUAL_PORT} is used by another program, perhaps another Entail, so this is port ${server.port}.`,
            );
          // In the background the system would stop who reads the terminal; a pipe holds no one who presses Enter.
          const asks = process.stdin.isTTY && inForeground();
          say(
            `Open ${server.url}\n(good once, within a minute; ${asks ? 'Enter shows a new link, ' : ''}Ctrl-C stops)`,
          );
          const stopAsking = asks
            ? onEnter(process.stdin, () => {
                say(`Open ${server.newUrl()}`);
              })
            : () => undefined;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          stopAsking();
          await server.close();
        } finally {
          end();
          await backend.close();
        }
      }),
    );
}
