import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { showPath } from '../machines/path.ts';
import { choosePeer } from './find.ts';
import {
  addCommand,
  addMachine,
  withMachine,
  type CommandContext,
  type CommonOptions,
  type Registration,
} from '../registry.ts';

type ChainOptions = CommonOptions & Readonly<{ via?: readonly string[]; peer?: string; off?: boolean }>;

/**
 * Registers `clawreach forward chain`, which sets or removes the hops to a peer, like `clawreach path --via`. Starts an
 * agent if none is running.
 */
export const addForwardChain: Registration = (group, run) => {
  const command = addCommand(group, 'chain', 'reach a machine through other machines, one after the other', {
    description:
      'Set the route to a machine, which its forwards use too: from here to the first --via, then to the next, and so on. Each machine on the ' +
      'route carries only encrypted traffic, and must allow this machine pass-through. Shows the round trip to each one, and which one is ' +
      'unreachable. `clawreach path NAME --via …` does the same.',
    examples: [
      ['clawreach forward chain node-5 --via node-2 --via node-3', ''],
      ['clawreach forward chain node-5', 'show the current route'],
      ['clawreach forward chain node-5 --off', 'back to automatic'],
    ],
  });
  addMachine(command, 'name or ID of the machine to reach; optional if only one remains')
    .option(
      '--via <name>',
      'name of the machine to go through; repeat the option for the next one',
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .option('--off', 'remove the route')
    .action((machine: string | undefined, options: ChainOptions) =>
      run(options, (context) => setChain(context, withMachine(machine, options))),
    );
};

async function setChain(context: CommandContext, { via = [], peer: name, off }: ChainOptions): Promise<number> {
  if (off === true && via.length > 0) throw new UsageError('usage.chain', '--off excludes --via');
  const client = await ensureAgent(context);
  const hops: string[] = [];
  for (const peer of via) {
    hops.push((await client.call('peers.get', { peer }, { signal: context.host.interrupted })).peerId);
  }
  const { peerId } = await choosePeer(context, client, name, hops);
  return await showPath(context, peerId, off === true ? { via: ['none'] } : hops.length === 0 ? {} : { via: hops });
}
