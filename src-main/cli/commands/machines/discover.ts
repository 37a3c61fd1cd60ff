import { Option } from 'commander';
import { type DiscoveryView, type FoundDevice } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatTable, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type DiscoverOptions = CommonOptions & Readonly<{ on?: boolean; off?: boolean; showName?: 'on' | 'off' }>;

export const addDiscover: Registration = (program, run) => {
  addCommand(program, 'discover', 'look for devices in the local network', {
    description:
      'Look for devices with ClawReach in the local network, for two seconds. Peers recognise each other there and connect directly; to all ' +
      'others a device shows its address, and its name only if you want that. What is shown of a device that is not paired is its own word.',
    examples: [
      ['clawreach discover', 'who is there'],
      ['clawreach discover --show-name on', 'let everybody in the network read the name of this device'],
      ['clawreach discover --off', 'do not look, and do not be found'],
    ],
  })
    .addOption(new Option('--on', 'look for others, and be found by peers').conflicts('off'))
    .option('--off', 'do neither')
    .addOption(
      new Option('--show-name <how>', 'whether everybody can read the name of this device').choices(['on', 'off']),
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
  reporter.progress('Looking for devices in the local network…');
  const view = await client.call('discovery.search', {}, { signal });
  reporter.document(view);
  reporter.lines(...formatDevices(view, reporter.columns));
}

/** Formats the table; with `columns` 0 its width is unlimited. */
function formatDevices(view: DiscoveryView, columns: number): readonly string[] {
  const { devices, networks } = view;
  if (networks === 0)
    return ['This machine is in no private network, so there is nobody to find. `clawreach pair` works everywhere.'];
  const unseen = view.announced
    ? []
    : ['Others do not find this device: it takes no direct connections (`clawreach network`).'];
  if (devices.length === 0)
    return ['Nobody was found. Is ClawReach running on the other machine, in the same network?', ...unseen];
  const table = formatTable(
    [
      { title: 'NAME', least: 8 },
      { title: 'ADDRESS', least: 12 },
      { title: 'WHO', least: 6 },
    ],
    devices.map((device) => [nameOf(device), printable(device.address), device.peer === null ? 'not paired' : 'peer']),
    columns,
  );
  const others = devices.some(({ peer }) => peer === null);
  return [
    ...table,
    ...(others ? ['', 'To pair with one: `clawreach pair` on one of the two, `clawreach pair -` on the other.'] : []),
    ...unseen,
  ];
}

function nameOf({ name, peer }: FoundDevice): string {
  if (peer !== null) return printable(peer.name);
  // Quoted, since a device in the network chooses its own name.
  return name === null ? '–' : `“${printable(name)}”`;
}

function formatState({ enabled, showName, state, problem }: DiscoveryView): readonly string[] {
  if (!enabled) return ['This device does not look for others in the local network, and is not found there.'];
  const cause = state === 'unavailable' && problem !== null ? [printable(commandErrorText(problem, problem).what)] : [];
  const name = showName ? 'Everybody there can read its name.' : 'Nobody but its peers learns who it is.';
  return [`This device looks for others in the local network. ${name}`, ...cause];
}
