import type { AppApiClient, PeerView, SharedTerminalView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { SessionEndedError, UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatDuration, formatTable, headLine, printable } from '../../output/index.ts';
import { attachTerminal, SanitizedScreen, currentTerminalSize } from '../../terminal/index.ts';
import { AgentWatch } from '../agent/agent-watch.ts';
import { terminalType } from './resume.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { peerName, peerWord } from '../machines/peer-format.ts';
import { reachRelay } from '../agent/reach-relay.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

type WatchOptions = CommonOptions & RelayFlags & Readonly<{ list?: boolean; record?: boolean }>;

/**
 * Registers `clawreach watch`, which shows a peer's shared terminal in this one, filtered and without input, or lists the shared terminals. Starts an
 * agent if none is running. May set up the relay.
 */
export const addWatch: Registration = (program, run) => {
  const command = addCommand(program, 'watch', 'watch a terminal that someone shares with you', {
    description: [
      'Watch a terminal on another machine that someone shares with this one (`clawreach share`). You see the screen in its own size and ' +
        "can't type. The program there can show text in your terminal, but nothing else. The user of the other machine may be asked first.",
      '',
      'Escapes, after Enter:  ~.  stop watching   ~?  help',
    ].join('\n'),
    examples: [
      ['clawreach watch office', 'watch the only shared terminal'],
      ['clawreach watch office --list', 'list the shared terminals'],
      ['clawreach watch office 3fa9', 'watch one of several'],
    ],
  });
  addRelayOptions(command, { brief: true })
    .argument('<name>', 'name or ID of the machine that runs the terminal')
    .argument('[terminal]', 'ID of the terminal, or its first characters')
    .option('--list', 'only list the shared terminals')
    .option('--record', 'record the screen; see `clawreach recordings`')
    .action((name: string, terminal: string | undefined, options: WatchOptions) =>
      run(options, (context) => watch(context, name, terminal, options)),
    );
};

async function watch(
  context: CommandContext,
  name: string,
  text: string | undefined,
  options: WatchOptions,
): Promise<number> {
  const { host } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name }, { signal });
  await reachRelay(context, client, options, peer);
  // The list of shared terminals needs a link.
  await client.call('peers.ping', { peer: peer.peerId }, { signal });
  const all = await client.call('terminal.shared', {}, { signal });
  const shared = all.filter(({ peerId }) => peerId === peer.peerId);
  if (options.list === true) {
    list(context, shared, peer);
    return EXIT.ok;
  }
  const chosen = choose(shared, text, peer);
  return await watchTerminal(context, client, peer, chosen, options.record === true);
}

/** Attaches to the shared terminal until it ends or the person stops watching. Returns the exit code. */
async function watchTerminal(
  context: CommandContext,
  client: AppApiClient,
  peer: PeerView,
  { terminal, holder, cols, rows }: SharedTerminalView,
  record: boolean,
): Promise<number> {
  const { host, reporter } = context;
  const agent = new AgentWatch(client);
  const onProgress = (progress: string): void => {
    if (progress === 'approval') reporter.note(approvalWait(peerName(peer)));
  };
  try {
    const opened = await client.call(
      'terminal.open',
      {
        peer: peer.peerId,
        term: terminalType(context),
        terminal,
        view: true,
        ...currentTerminalSize(host),
        ...(record ? { record } : {}),
      },
      { signal: host.interrupted, onProgress },
    );
    reporter.clearProgress();
    const leave = host.stdin.isTTY === true ? ' To stop, press Enter, then ~.' : '';
    reporter.note(reporter.noteStyle.dim(`Watching a terminal of ${printable(holder)} on ${peerName(peer)}.${leave}`));
    const size = currentTerminalSize(host);
    if (host.stdout.isTTY === true && (size.cols < cols || size.rows < rows)) {
      reporter.note(
        `Its size is ${cols}x${rows}, yours is ${size.cols}x${size.rows}. Make your window larger to see all of it in place.`,
      );
    }
    const { end, joined } = await attachTerminal({
      host,
      joined: { client, ended: agent.ended, channel: opened.channel },
      // The other person's program must not control this person's terminal.
      screen: new SanitizedScreen(),
    });
    if (end.kind === 'ended') {
      if (host.stdin.isTTY === true) reporter.note('');
      if (end.code !== null) throw new SessionEndedError(end.code, { name: peerName(peer) });
      reporter.note('The terminal has ended.');
      return EXIT.ok;
    }
    await client.call('terminal.close', { channel: joined.channel, detach: true }).catch(() => undefined);
    if (end.kind === 'agent-lost') throw new SessionEndedError(agent.lossCode, {});
    reporter.note(...(host.stdin.isTTY === true ? [''] : []), 'Stopped watching.');
    return EXIT.ok;
  } finally {
    reporter.clearProgress();
    agent.stop();
  }
}

function list(context: CommandContext, shared: readonly SharedTerminalView[], peer: PeerView): void {
  const { reporter, host } = context;
  reporter.document(shared);
  if (shared.length === 0) {
    reporter.lines(`No one shares a terminal on ${peerName(peer)} with you.`);
    return;
  }
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 16 },
      { title: 'TITLE' },
      { title: 'AGE', align: 'right' },
      { title: 'SIZE' },
      { title: 'SHARED BY' },
    ],
    shared.map(({ terminal, title, startedAt, cols, rows: height, holder }) => [
      terminal,
      printable(title) || '-',
      formatDuration(host.clock.now() - startedAt),
      `${cols}x${height}`,
      printable(holder),
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
}

/**
 * Returns the shared terminal whose ID starts with that text, or the only one.
 * @throws {UsageError} `usage.watch`, `usage.watch-none` if none is shared
 */
function choose(shared: readonly SharedTerminalView[], text: string | undefined, peer: PeerView): SharedTerminalView {
  const fitting = shared.filter(({ terminal }) => terminal.startsWith(text?.trim().toLowerCase() ?? ''));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (shared.length === 0)
    throw new UsageError('usage.watch-none', 'nothing is shared', { details: { name: peerName(peer) } });
  throw new UsageError('usage.watch', 'not one shared terminal', {
    details: { count: fitting.length, name: peerName(peer), word: peerWord(peer) },
  });
}
