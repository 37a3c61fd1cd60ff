import type { Command } from 'commander';
import { addRelayAuto, addRelayShare } from './auto.ts';
import { addRelayChain } from './chain.ts';
import { addRelayConnections } from './connections.ts';
import { addRelayEnable } from './add.ts';
import { addRelayForward } from './port.ts';
import { addRelayExport, addRelayImport } from './import-export.ts';
import { addRelayRules } from './manage.ts';
import { addRelayStatus, showRules } from './list.ts';
import { addRelayTrust } from './trust.ts';
import { addTargets } from '../machines/targets.ts';
import { addCommand, type CommonOptions, type Registration, type Run } from '../registry.ts';

/** What is below `clawreach relay`, in the order of the help. */
const COMMANDS: readonly (readonly [heading: string, commands: readonly Registration[]])[] = [
  ['Open:', [addRelayEnable, addRelayForward, addRelayAuto, addRelayShare, addRelayChain]],
  ['See:', [addRelayStatus, addRelayConnections]],
  ['Change:', [addRelayRules, addRelayTrust, addTargets, addRelayImport, addRelayExport]],
];

export const addRelay: Registration = (program, run) => {
  const relay: Command = addCommand(
    program,
    'relay',
    'forward ports through peers: proxies, single ports, SSH tunnels',
    {
      description: [
        'Forward ports through peers: proxies, single ports both ways, UDP, WireGuard, SSH tunnels. Without a command, as `relay status`.',
        '',
        'This is not the relay server between your devices: that one is chosen with `clawreach config relay URL`, and run with `clawreach-relay`.',
      ].join('\n'),
      examples: [
        ['clawreach relay enable --mode socks5 --peer office', 'browse as if you were at office'],
        ['clawreach relay forward --local 5432 --remote localhost:5432', 'the database there, on this machine'],
        ['clawreach relay status', 'what is open, and how it is'],
        ['clawreach relay connections --follow', 'what it carries'],
      ],
    },
  ).action((options: CommonOptions) => run(options, showRules));
  // --json and --profile may stand before the command below, too.
  const runBelow: Run = (options, work) => run({ ...relay.opts<CommonOptions>(), ...options }, work);
  for (const [heading, registrations] of COMMANDS) {
    relay.commandsGroup(heading);
    for (const register of registrations) register(relay, runBelow);
  }
  relay.commandsGroup('Help:');
};
