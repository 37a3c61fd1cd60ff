import { Option } from 'commander';
import { type DiscoveryView, type DiscoveredDeviceView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatTable, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type DiscoverOptions = CommonOptions & Readonly<{ on?: boolean; off?: boolean; showName?: 'on' | 'off' }>;

/**
 * Registers `clawreach discover`, which lets the agent search the local network for other machines, or turns discovery
 * on and off. Starts an agent if none is running.
 */
export const addDiscover: Registration = (program, run) => {
  addCommand(program, 'discover', 'find machines on the local network', {
    description:
      'Find machines with ClawReach on the local network; takes two seconds. Your machines find each other there and connect directly. Others ' +
      'see the address of this machine, and its name only if you show it. Anyone on the network can use any name; only paired machines are ' +
      'verified.',
    examples: [
      ['clawreach discover', 'find machines'],
      ['clawreach discover --show-name on', "let everyone on the network read this machine's name"],
      ['clawreach discover --off', "don't find others, and don't be found"],
    ],
  })
    .addOption(new Option('--on', 'find other machines, and let your machines find this one').conflicts('off'))
    .option('--off', 'turn both off')
    .addOption(
      new Option('--show-name <how>', "let everyone on the network read this machine's name, or not").choices([
        'on',
        'off',
      ]),
    )
    .action((options: DiscoverOptions) => run(options, (context) => discover(context, options)));
};

async function discover(context: CommandContext, options: DiscoverOptions): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  const { on, off, showName } = options;
  if (on === true || off === true || showName !== undefined) {
    const view = await client.call('discovery.set', {
      ...(on === true ? { enabled: true } : off === true ? { enabled: false } : {}),
      ...(showName === undefined ? {} : { showName: showName === 'on' }),
    });
    reporter.document(view);
    reporter.lines(...formatState(view));
    return;
  }
  reporter.progress('Scanning the network…');
  const view = await client.call('discovery.search', {}, { signal });
  reporter.document(view);
  reporter.lines(...formatDevices(view, reporter.columns));
}

/** Formats the machines that were found as a table of `columns` width; 0 means no limit. */
function formatDevices(view: DiscoveryView, columns: number): readonly string[] {
  const { devices, networks } = view;
  if (networks === 0)
    return ["This machine isn't on a private network, so there's nothing to find. `clawreach pair` works everywhere."];
  const unseen = view.announced
    ? []
    : ["Others can't find this machine, because it doesn't accept direct connections (`clawreach network`)."];
  if (devices.length === 0)
    return ['No machines found. Is ClawReach running on the other machine, on the same network?', ...unseen];
  const table = formatTable(
    [
      { title: 'NAME', least: 8 },
      { title: 'ADDRESS', least: 12 },
      { title: 'STATE', least: 6 },
    ],
    devices.map((device) => [
      nameOf(device),
      [device.address, ...(device.others ?? [])].map((address) => printable(address)).join(', '),
      device.peer === null ? 'not paired' : 'paired',
    ]),
    columns,
  );
  const others = devices.some(({ peer }) => peer === null);
  return [
    ...table.filter((line) => line !== ''),
    ...(others ? ['', 'To pair with one: `clawreach pair` on one of the two, `clawreach pair -` on the other.'] : []),
    ...unseen,
  ];
}

function nameOf({ name, peer }: DiscoveredDeviceView): string {
  if (peer !== null) return printable(peer.name);
  // Quoted, since a device in the network chooses its own name.
  return name === null ? '–' : `“${printable(name)}”`;
}

function formatState({ enabled, showName, state, problem }: DiscoveryView): readonly string[] {
  if (!enabled)
    return ["Network discovery is off. This machine doesn't find others on the local network, and isn't found there."];
  const cause = state === 'unavailable' && problem !== null ? [printable(commandErrorText(problem, problem).what)] : [];
  const name = showName
    ? "Everyone there can read this machine's name."
    : 'Only your machines see which machine this is.';
  return [`Network discovery is on. ${name}`, ...cause];
}
