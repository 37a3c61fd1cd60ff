import { ensureAgent } from '../../control/index.ts';
import type { ServedWindow } from '../../window-options.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type UiOptions = CommonOptions & Readonly<{ port?: number; open: boolean }>;

/**
 * Registers `clawreach ui`, which serves the window on 127.0.0.1 until Ctrl-C, prints its link and opens the browser.
 * Starts an agent if none is running.
 */
export const addUi: Registration = (program, run) => {
  addCommand(program, 'ui', 'open the window in a browser', {
    description:
      'Open the window of ClawReach in a browser on this machine, for machines without the application. Prints a link that opens the window once, ' +
      'within ten minutes; only programs on this machine can reach it. Ctrl-C closes the window, and ClawReach keeps running in the background.',
    examples: [
      ['clawreach ui', 'opens the browser'],
      ['clawreach ui --no-open --port 8090', 'only prints the link, for example with ssh -L 8090:127.0.0.1:8090'],
    ],
  })
    .option('--port <number>', 'port on 127.0.0.1 (default: any free one)', parseWhole(0, 65_535))
    .option('--no-open', "don't open a browser")
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
          `The window's settings were damaged and have been reset. The old ones are in ${window.damagedSettings}.`,
        ),
      );
    }
    reporter.note(
      opened
        ? "The window opens in your browser. If it doesn't, open the link above; it works once, within ten minutes."
        : 'Open the link in a browser on this machine; it works once, within ten minutes.',
      reporter.noteStyle.dim(
        host.stdin.isTTY === true
          ? 'Press Enter for a new link, Ctrl-C to close the window.'
          : 'Ctrl-C closes the window.',
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
