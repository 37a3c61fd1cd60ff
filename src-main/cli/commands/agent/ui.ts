import { ensureAgent } from '../../control/index.ts';
import type { ServedWindow } from '../../window-options.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type UiOptions = CommonOptions & Readonly<{ port?: number; open: boolean }>;

export const addUi: Registration = (program, run) => {
  addCommand(program, 'ui', 'open the window in a browser', {
    description:
      'Open the window of ClawReach in a browser of this machine, for where the application is not installed. Prints a link that opens it once, ' +
      'within ten minutes; only programs of this machine can reach it. It is served until Ctrl-C; the agent goes on after that.',
    examples: [
      ['clawreach ui', 'serves the window and opens the browser'],
      ['clawreach ui --no-open --port 8090', 'prints the link only, such as for ssh -L 8090:127.0.0.1:8090'],
    ],
  })
    .option('--port <number>', 'port of 127.0.0.1; any that is free unless given', parseWhole(0, 65_535))
    .option('--no-open', 'do not open a browser')
    .action((options: UiOptions) => run(options, (context) => serve(context, options)));
};

async function serve(context: CommandContext, options: UiOptions): Promise<void> {
  const { host, reporter, profile } = context;
  const client = await ensureAgent(context, { createsProfile: true });
  client.close();
  const window = await host.serveWindow({ profile, version: host.version, port: options.port ?? 0 });
  const stop = offerMoreLinks(context, window);
  try {
    const url = window.newLink();
    reporter.document({ url, port: window.port });
    reporter.lines(url);
    const opened = options.open && (await host.openBrowser(url));
    if (window.damagedSettings !== undefined) {
      reporter.note(
        reporter.noteStyle.yellow(
          `The settings of the window were damaged and start anew; the old ones are in ${window.damagedSettings}.`,
        ),
      );
    }
    reporter.note(
      opened
        ? 'The window opens in your browser. If it does not, open the link above in one; it works once, within ten minutes.'
        : 'Open the link in a browser of this machine; it works once, within ten minutes.',
      reporter.noteStyle.dim(
        host.stdin.isTTY === true ? 'Enter prints a new link; Ctrl-C ends the window.' : 'Ctrl-C ends the window.',
      ),
    );
    await aborted(host.interrupted);
  } finally {
    stop();
    await window.close();
  }
}

/** Prints a link for another browser each time Enter is pressed. */
function offerMoreLinks({ host, reporter, json }: CommandContext, window: ServedWindow): () => void {
  const { stdin } = host;
  if (stdin.isTTY !== true || json) return () => undefined;
  const onLine = (): void => reporter.lines(window.newLink());
  stdin.on('data', onLine);
  return () => {
    stdin.off('data', onLine);
    stdin.pause();
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
