import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { path } from '../machines/path.ts';
import { choosePeer } from './find.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type ChainOptions = CommonOptions & Readonly<{ via?: readonly string[]; peer?: string; off?: boolean }>;

/** Registers `clawreach forward chain`. */
export const addForwardChain: Registration = (group, run) => {
  addCommand(group, 'chain', 'reach a machine through other machines, one after the other', {
    description:
      'Reach a machine, and with it all forwards to it, through other machines: from here to the first --via, on to the next, and to the machine. ' +
      'Each one carries only encrypted bytes and has to allow this machine pass-through. Shows the round trip of each, and names one that is ' +
      'missing. `clawreach path NAME --via …` does the same.',
    examples: [
      ['clawreach forward chain --via node-2 --via node-3 --peer node-5', ''],
      ['clawreach forward chain --peer node-5', 'show the current chain'],
      ['clawreach forward chain --peer node-5 --off', 'back to automatic'],
    ],
  })
    .option(
      '--via <peer>',
      'name of the machine to go through; repeat for the next one',
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .option('--peer <name>', 'the machine to reach; optional if only one remains')
    .option('--off', 'remove the chain')
    .action((options: ChainOptions) => run(options, (context) => setChain(context, options)));
};

async function setChain(context: CommandContext, { via = [], peer: name, off }: ChainOptions): Promise<number> {
  if (off === true && via.length > 0) throw new UsageError('usage.chain', '--off excludes --via');
  const client = await ensureAgent(context);
  const hops: string[] = [];
  for (const peer of via) {
    hops.push((await client.call('peers.get', { peer }, { signal: context.host.interrupted })).peerId);
  }
  const { peerId } = await choosePeer(context, client, name, hops);
  return await path(context, peerId, off === true ? { via: ['none'] } : hops.length === 0 ? {} : { via: hops });
}
