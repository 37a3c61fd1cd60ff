import type { PeerView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { ensureAgent, viewAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { addCommand, parseName, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';
import { orderMachines } from './list-order.ts';
import { peerName } from './peer-format.ts';

type Options = CommonOptions & Readonly<{ none?: boolean }>;

/** Registers `clawreach group`, which shows the groups of machines and puts a machine into one. A change starts an agent if none is running. */
export const addGroup: Registration = (program, run) => {
  addCommand(program, 'group', 'show the groups of your machines, or put a machine into one', {
    description:
      'Show the groups of your machines, or put a machine into one. A group exists as long as a machine is in it. Only you see groups; the window ' +
      'shows the same ones.',
    examples: [
      ['clawreach group', 'the groups and their machines'],
      ['clawreach group office Work', 'put office into the group Work'],
      ['clawreach group office --none', 'take it out of its group'],
      ['clawreach list --group Work', 'the machines of a group'],
    ],
  })
    .argument('[name]', 'name or ID of the machine')
    .argument('[group]', 'name of the group, a new one or one that exists', parseName)
    .option('--none', 'take the machine out of its group')
    .action((name: string | undefined, group: string | undefined, options: Options) =>
      run(options, (context) => (name === undefined ? showGroups(context) : place(context, name, group, options))),
    );
};

async function showGroups(context: CommandContext): Promise<void> {
  const client = await viewAgent(context);
  const machines = orderMachines(await client.call('peers.list', {}), 'mine');
  const groups = new Map<string, PeerView[]>();
  for (const machine of machines)
    if (machine.group !== undefined) groups.set(machine.group, [...(groups.get(machine.group) ?? []), machine]);
  const { reporter } = context;
  reporter.document([...groups].map(([group, members]) => ({ group, machines: members.map(({ name }) => name) })));
  reporter.lines(
    ...(groups.size === 0
      ? ['No groups yet. To make one: `clawreach group NAME GROUP`']
      : [...groups].map(([group, members]) => `${printable(group)}: ${members.map(peerName).join(', ')}`)),
  );
}

/** Puts a machine into a group, or takes it out of one. The order of the machines stays. */
async function place(
  context: CommandContext,
  name: string,
  group: string | undefined,
  { none = false }: Options,
): Promise<void> {
  if (none === (group !== undefined)) throw new UsageError('usage.group-name', 'a group or --none is needed');
  const client = await ensureAgent(context);
  const chosen = await client.call('peers.get', { peer: name });
  const machines = orderMachines(await client.call('peers.list', {}), 'mine');
  const known = machines.find((machine) => machine.group !== undefined && isSame(machine.group, group))?.group;
  const wanted = known ?? group ?? null;
  await client.call('peers.arrange', {
    order: machines.map(({ peerId, group: current }) => ({
      peer: peerId,
      group: peerId === chosen.peerId ? wanted : (current ?? null),
    })),
  });
  context.reporter.document({ peer: chosen.name, peerId: chosen.peerId, group: wanted });
  context.reporter.lines(
    wanted === null
      ? `${peerName(chosen)} is in no group.`
      : `${peerName(chosen)} is in the group ${printable(wanted)}.`,
  );
}

/** Tells whether two texts name the same group; capitals don't count. */
function isSame(group: string, text: string | undefined): boolean {
  return text !== undefined && plainKey(group) === plainKey(text);
}
