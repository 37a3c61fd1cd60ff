import type { Command } from 'commander';
import { addTargets } from '../machines/targets.ts';
import { addCommand, type CommonOptions, type Registration, type Run } from '../registry.ts';
import { addForwardAdd, addRelayEnable } from './add.ts';
import { addForwardAuto } from './auto.ts';
import { addForwardChain } from './chain.ts';
import { addForwardChanges, addForwardEnable } from './change.ts';
import { addForwardConnections } from './connections.ts';
import { addForwardExport, addForwardImport } from './import-export.ts';
import { addForwardList, listForwards, listForwardsOfRelay } from './list.ts';
import { addForwardPort } from './port.ts';
import { addForwardPorts } from './ports.ts';
import { addForwardShare } from './share.ts';
import { addForwardTrust } from './trust.ts';

/** A heading of the help and the commands below it. */
type Section = readonly [heading: string, commands: readonly Registration[]];

/** The commands below `clawreach forward`, in the order of its help. */
const FORWARD_COMMANDS: readonly Section[] = [
  ['Add:', [addForwardAdd, addForwardPort('port'), addForwardAuto, addForwardShare, addForwardChain]],
  ['Show:', [addForwardList('list', ['status']), addForwardConnections, addForwardPorts]],
  ['Change:', [addForwardEnable, addForwardChanges, addForwardTrust, addTargets, addForwardImport, addForwardExport]],
];

/**
 * The commands below `clawreach relay`, the group's former name, which older scripts use: `relay enable --mode` is
 * `forward add --mode`, `relay forward` is `forward port`, `relay status` is `forward list`. The others have the same
 * name in both groups.
 */
const RELAY_COMMANDS: readonly Section[] = [
  ['Add:', [addRelayEnable, addForwardPort('forward'), addForwardAuto, addForwardShare, addForwardChain]],
  ['Show:', [addForwardList('status'), addForwardConnections]],
  ['Change:', [addForwardChanges, addForwardTrust, addTargets, addForwardImport, addForwardExport]],
];

/**
 * Registers `clawreach forward` with all commands below it. Without a command, lists the forwards of the agent. All of
 * them start an agent if none is running.
 */
export const addForwardGroup: Registration = (program, run) => {
  const group = addCommand(
    program,
    'forward',
    'forward ports through your machines: proxies, single ports, SSH tunnels',
    {
      description:
        'Forward ports through your machines: proxies, single ports in both directions, UDP, WireGuard, SSH tunnels. Without a command, lists all ' +
        'forwards.',
      examples: [
        ['clawreach forward add office --mode socks5', 'browse as if you were at office'],
        ['clawreach forward port --local 5432 --remote localhost:5432', "the other machine's database, on this one"],
        ['clawreach forward list', 'what is open, and its state'],
        ['clawreach forward connections --follow', 'the connections of all forwards'],
      ],
    },
  );
  addSections(group, FORWARD_COMMANDS, run);
};

/** Registers `clawreach relay`, a hidden alias of `clawreach forward` for older scripts. */
export const addRelayAlias: Registration = (program, run) => {
  const group = addCommand(program, 'relay', 'another name for `clawreach forward`', {
    description: [
      'Another name for `clawreach forward`, kept for scripts: `relay enable --mode` is `forward add --mode`, `relay forward` is `forward port`, ' +
        '`relay status` is `forward list`. The other commands have the same names in both.',
      '',
      'The relay server is something else: `clawreach config relay URL` chooses it, and `clawreach-relay` runs one.',
    ].join('\n'),
    examples: [
      ['clawreach relay enable office --mode socks5', 'clawreach forward add office --mode socks5'],
      ['clawreach relay forward --local 80 --remote web:80', 'clawreach forward port --local 80 --remote web:80'],
      ['clawreach relay status', 'clawreach forward list'],
    ],
    isHidden: true,
  });
  addSections(group, RELAY_COMMANDS, run, true);
};

/** @param namesRelay true for the group that people may take for the relay of this machine */
function addSections(group: Command, sections: readonly Section[], run: Run, namesRelay = false): void {
  group.action((options: CommonOptions) => run(options, namesRelay ? listForwardsOfRelay : listForwards));
  // --json and --profile may also stand before the command below the group.
  const runBelow: Run = (options, work) => run({ ...group.opts<CommonOptions>(), ...options }, work);
  for (const [heading, registrations] of sections) {
    group.commandsGroup(heading);
    for (const register of registrations) register(group, runBelow);
  }
  group.commandsGroup('Help:');
}
