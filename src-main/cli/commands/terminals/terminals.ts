import type { TerminalView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatDuration, formatTable, printable } from '../../output/index.ts';
import { peerName, peerWord } from '../machines/peer-format.ts';
import { reachRelay } from '../agent/ensure-relay.ts';
import { addCommand, addRelayOptions, type CommonOptions, type Registration, type RelayFlags } from '../registry.ts';

export const addTerminals: Registration = (program, run) => {
  const command = addCommand(
    program,
    'terminals',
    'list the terminals of this device, or another of yours, on a peer, and the commands that run there',
    {
      description: [
        'List the terminals on a peer that this device opened or took over, those of your other devices, and commands without a terminal (SIZE -).',
        '',
        'Those of your other devices are there when a person has marked both at that peer: `clawreach own NAME on`.',
      ].join('\n'),
      examples: [
        ['clawreach terminals office', ''],
        ['clawreach connect office --terminal ID', 'takes one up again, also from another of your devices'],
      ],
    },
  );
  addRelayOptions(command)
    .argument('<name>', 'name or ID of the machine')
    .action((name: string, options: CommonOptions & RelayFlags) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const signal = host.interrupted;
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        await reachRelay(context, client, options, peer);
        const onProgress = (): void => reporter.note(`${peerName(peer)} asks its owner… (Ctrl-C gives up)`);
        const terminals = await client.call(
          'terminal.list',
          { peer: peer.peerId, commands: true },
          { signal, onProgress },
        );
        reporter.document(terminals);
        if (terminals.length === 0) {
          reporter.lines(`No terminals on ${peerName(peer)}. \`clawreach connect ${peerWord(peer)}\` opens one.`);
          return;
        }
        const [head = '', ...rows] = formatTable(
          [
            { title: 'ID', least: 16 },
            { title: 'TITLE' },
            { title: 'RUNS' },
            { title: 'AGE', align: 'right' },
            { title: 'SIZE' },
            { title: 'USED' },
            { title: 'OPENED BY' },
          ],
          terminals.map((terminal) => [
            printable(terminal.terminal),
            printable(terminal.title) || '-',
            printable(terminal.program ?? '') || '-',
            formatDuration(host.clock.now() - terminal.startedAt),
            terminal.noTerminal === true ? '-' : `${terminal.cols}x${terminal.rows}`,
            describeUse(terminal),
            terminal.openedBy === null ? 'this device' : deviceWord(terminal.openedBy),
          ]),
          reporter.columns,
        );
        reporter.lines(reporter.style.dim(head), ...rows);
      }),
    );
};

/** Describes who uses the terminal: an attached viewer, or the device it would have to be taken over from. */
function describeUse({ attached, heldBy }: TerminalView): string {
  if (heldBy === null) return attached ? 'yes' : 'no';
  return `${attached ? 'on' : 'left by'} ${deviceWord(heldBy)}`;
}

function deviceWord(name: string): string {
  return printable(name) || '(no name)';
}
