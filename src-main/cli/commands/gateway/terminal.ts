import { constants } from 'node:os';
import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { ensureAgent } from '../../control/index.ts';
import { InterruptedError, SessionEndedError, UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatTable, headLine, printable } from '../../output/index.ts';
import { attachTerminal, currentTerminalSize, type AttachEnd } from '../../terminal/index.ts';
import { AgentWatch } from '../agent/agent-watch.ts';
import { exitCode } from '../terminals/connect.ts';
import { chooseGateway } from './find.ts';
import { gatewayName } from './format.ts';
import { nameWord, optionWords } from '../machines/peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type TerminalOptions = CommonOptions & Readonly<{ attach?: string; list?: boolean }>;

/**
 * Registers `clawreach gateway terminal`, which attaches this terminal to a shell on the gateway's machine, or lists
 * the shells there. Starts an agent if none is running.
 */
export const addGatewayTerminal: Registration = (gateway, run) => {
  addCommand(gateway, 'terminal', "open a shell on the gateway's machine", {
    description: [
      'Open a shell on the machine of a gateway, as the user that runs the gateway. Returns the exit code of the shell. After a lost connection it ' +
        'continues automatically. If you leave it running, the gateway keeps it for five minutes. Parts of very long output may be missing, ' +
        "because the gateway doesn't wait for slow connections.",
      '',
      'Escapes, after Enter:  ~.  disconnect   ~d  leave it running   ~~  a tilde   ~?  help',
    ].join('\n'),
    examples: [
      ['clawreach gateway terminal home', ''],
      ['clawreach gateway terminal home --list', 'shells that are running there'],
      ['clawreach gateway terminal home --attach ID', 'reopens a shell that is still running'],
    ],
  })
    .argument('[name]', 'name or ID of the gateway; optional if there is only one')
    .option('--attach <id>', 'reopen this shell, by its ID or the first characters')
    .option('--list', 'show the shells that are running there')
    .action((name: string | undefined, options: TerminalOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const view = await chooseGateway(context, client, name);
        return options.list === true
          ? await listTerminals(context, client, view)
          : await openTerminal(context, client, view, options.attach);
      }),
    );
};

async function listTerminals(context: CommandContext, client: AppApiClient, view: GatewayView): Promise<number> {
  const { reporter, host } = context;
  const terminals = await client.call('gateways.terminal.list', { gateway: view.id }, { signal: host.interrupted });
  reporter.document(terminals);
  if (terminals.length === 0) {
    reporter.lines(`No terminals are running at ${gatewayName(view)}.`);
    return EXIT.ok;
  }
  const [head = '', ...rows] = formatTable(
    [{ title: 'ID', least: 16 }, { title: 'TITLE' }, { title: 'IN USE' }],
    terminals.map(({ terminal, title, attached }) => [
      printable(terminal),
      printable(title) || '-',
      attached ? 'yes' : 'no',
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
  return EXIT.ok;
}

async function openTerminal(
  context: CommandContext,
  client: AppApiClient,
  view: GatewayView,
  attach: string | undefined,
): Promise<number> {
  const { host, reporter } = context;
  const signal = host.interrupted;
  const terminal = attach === undefined ? undefined : await find(client, view, attach, signal);
  const agent = new AgentWatch(client);
  try {
    reporter.progress(`Opening a terminal at ${gatewayName(view)}…`);
    const opened = await client.call(
      'gateways.terminal.open',
      { gateway: view.id, ...currentTerminalSize(host), ...(terminal === undefined ? {} : { terminal }) },
      { signal },
    );
    reporter.clearProgress();
    const { end } = await attachTerminal({ host, joined: { client, ended: agent.ended, channel: opened.channel } });
    return await conclude(context, client, view, opened, end);
  } finally {
    reporter.clearProgress();
    agent.stop();
  }
}

/**
 * Returns the ID of the terminal whose ID starts with that text.
 * @throws {UsageError} `usage.gateway-terminal`
 */
async function find(client: AppApiClient, view: GatewayView, text: string, signal: AbortSignal): Promise<string> {
  const beginning = text.trim().replace(/…$/, '').toLowerCase();
  const running = await client.call('gateways.terminal.list', { gateway: view.id }, { signal });
  const [found, ...others] = running.filter((one) => one.terminal.toLowerCase().startsWith(beginning));
  if (found !== undefined && others.length === 0) return found.terminal;
  throw new UsageError('usage.gateway-terminal', 'no such terminal', {
    details: { terminal: printable(text), name: gatewayName(view), word: nameWord(view.settings.name, view.id) },
  });
}

/** Hints for ends of a gateway's terminal that the general error texts don't explain. */
const ENDINGS: Readonly<Record<string, string>> = {
  'terminal.unknown': 'Terminals end when the gateway restarts, and five minutes after you leave them.',
};

/** Closes the terminal or leaves it running, prints how it ended, and returns the exit code. */
async function conclude(
  context: CommandContext,
  client: AppApiClient,
  view: GatewayView,
  opened: Readonly<{ channel: number; terminal: string }>,
  end: AttachEnd,
): Promise<number> {
  const { reporter, host } = context;
  const again = `clawreach gateway terminal ${nameWord(view.settings.name, view.id)} ${optionWords('--attach', opened.terminal)}`;
  const freshLine = host.stdin.isTTY === true ? [''] : [];
  const close = (detach: boolean): Promise<unknown> =>
    client.call('terminal.close', { channel: opened.channel, detach }).catch(() => undefined);
  switch (end.kind) {
    case 'ended':
      if (end.code === null) return exitCode(end.exitCode, end.signal);
      reporter.note(...freshLine);
      throw new SessionEndedError(end.code, { name: gatewayName(view) }, ENDINGS[end.code]);
    case 'detached':
      await close(true);
      reporter.note(...freshLine, `Left running for five minutes. To reopen it: \`${again}\``);
      return EXIT.ok;
    case 'disconnected':
      await close(false);
      reporter.note(...freshLine, `Disconnected from ${gatewayName(view)}.`);
      return EXIT.interrupted;
    case 'hung-up':
      await close(true);
      return 128 + constants.signals.SIGHUP;
    case 'output-closed':
      await close(false);
      return 128 + constants.signals.SIGPIPE;
    case 'agent-lost':
      reporter.note(...freshLine);
      throw new SessionEndedError('control.lost', {}, `If it's still running: \`${again}\``);
    case 'not-found':
      throw end.error;
    case 'given-up':
      return EXIT.interrupted;
    case 'interrupted':
      await close(false);
      throw host.interrupted.reason instanceof InterruptedError ? host.interrupted.reason : new InterruptedError();
    default:
      return assertNever(end);
  }
}
