import type { TerminalView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatDuration, formatTable, headLine, printable } from '../../output/index.ts';
import { listUnasked, type ListScope } from './list-terminals.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { peerName, peerWord } from '../machines/peer-format.ts';
import { shortTerminal } from './terminal-id.ts';
import { reachRelay } from '../agent/reach-relay.ts';
import { addCommand, addRelayOptions, type CommonOptions, type Registration, type RelayFlags } from '../registry.ts';

/**
 * Registers `clawreach terminals`, which asks a peer for its terminals and commands, and prints them. Starts an agent if none is running. May set up
 * the relay.
 */
export const addTerminals: Registration = (program, run) => {
  const command = addCommand(program, 'terminals', 'list your terminals and commands that are running on a machine', {
    description: [
      'List the terminals on a machine that this machine opened or took over, and commands that run there without a terminal (SIZE -). ' +
        'Those that were left running are listed too; its user is not asked.',
      '',
      'Terminals of your other machines are listed too, if both are marked as yours on that machine: `clawreach own NAME on` there. ' +
        'If that machine asks its user about you, that needs --ask.',
    ].join('\n'),
    examples: [
      ['clawreach terminals office', ''],
      ['clawreach connect office --terminal ID', 'reopens one, also from another of your machines'],
    ],
  });
  addRelayOptions(command, { brief: true })
    .argument('<name>', 'name or ID of the machine')
    .option('--ask', 'list the terminals of your other machines too; the user there is asked if that is undecided')
    .action((name: string, options: CommonOptions & RelayFlags & Readonly<{ ask?: boolean }>) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const signal = host.interrupted;
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        await reachRelay(context, client, options, peer);
        const onProgress = (): void => reporter.note(approvalWait(peerName(peer)));
        const { terminals, scope } =
          options.ask === true
            ? {
                terminals: await client.call(
                  'terminal.list',
                  { peer: peer.peerId, commands: true },
                  { signal, onProgress },
                ),
                scope: 'all' as const,
              }
            : await listUnasked(client, peer, signal);
        reporter.document(terminals);
        const others = scope === 'all' ? [] : [`${PART[scope]} \`clawreach terminals ${peerWord(peer)} --ask\``];
        if (terminals.length === 0) {
          reporter.lines(
            scope === 'open'
              ? `No terminal of ${peerName(peer)} is open here.`
              : `No terminals${scope === 'own' ? ' from this machine' : ''} on ${peerName(peer)}. \`clawreach connect ${peerWord(peer)}\` opens one.`,
          );
          reporter.note(...others);
          return;
        }
        // A machine with an earlier version names no programs.
        const runs = terminals.some(({ program }) => (program ?? '') !== '');
        const [head = '', ...rows] = formatTable(
          [
            { title: 'ID', least: 8 },
            { title: 'TITLE' },
            ...(runs ? [{ title: 'RUNS' }] : []),
            { title: 'AGE', align: 'right' },
            { title: 'SIZE' },
            { title: 'IN USE' },
            { title: 'OPENED BY' },
          ],
          terminals.map((terminal) => [
            printable(shortTerminal(terminal.terminal)),
            printable(terminal.title) || '-',
            ...(runs ? [printable(terminal.program ?? '') || '-'] : []),
            formatDuration(host.clock.now() - terminal.startedAt),
            terminal.noTerminal === true ? '-' : `${terminal.cols}x${terminal.rows}`,
            describeUse(terminal),
            terminal.openedBy === null ? 'this machine' : deviceWord(terminal.openedBy),
          ]),
          reporter.columns,
        );
        reporter.lines(...headLine(reporter.style, head), ...rows);
        reporter.note(...others);
      }),
    );
};

/** Notes below a list that doesn't contain all terminals. */
const PART: Readonly<Record<Exclude<ListScope, 'all'>, string>> = {
  own: "Those of this machine. For your other machines' too, its user is asked:",
  open: 'Only those that are open here now. For all, also those left running, its user is asked:',
};

/** Formats who uses a terminal: this machine, no one, or the device that has it. */
function describeUse({ attached, heldBy }: TerminalView): string {
  if (heldBy === null) return attached ? 'yes' : 'no';
  return `${attached ? 'on' : 'left by'} ${deviceWord(heldBy)}`;
}

function deviceWord(name: string): string {
  return printable(name) || '(no name)';
}
