import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { path } from '../machines/path.ts';
import { choosePeer } from './find.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type ChainOptions = CommonOptions & Readonly<{ via?: readonly string[]; peer?: string; off?: boolean }>;

export const addRelayChain: Registration = (relay, run) => {
  addCommand(relay, 'chain', 'lead everything to a peer through other peers, one after the other', {
    description:
      'Lead the link to a peer, and with it every forward there, through other peers: from here to the first --via, on to the next, and to the ' +
      'peer. Each of them sees only sealed bytes for the next, and has to allow this device the right `relay`. Shows the round trip of each; ' +
      'one that is missing is named. `clawreach path NAME --via …` does the same.',
    examples: [
      ['clawreach relay chain --via node-2 --via node-3 --peer node-5', ''],
      ['clawreach relay chain --peer node-5', 'how it is'],
      ['clawreach relay chain --peer node-5 --off', 'whatever way there is, again'],
    ],
  })
    .option(
      '--via <peer>',
      'through this peer; again for the next one',
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .option('--peer <name>', 'which peer is reached; may be left out where only one remains')
    .option('--off', 'through none of them any more')
    .action((options: ChainOptions) => run(options, (context) => chain(context, options)));
};

async function chain(context: CommandContext, { via = [], peer: name, off }: ChainOptions): Promise<number> {
  if (off === true && via.length > 0) throw new UsageError('usage.chain', '--off goes without --via');
  const client = await ensureAgent(context);
  const hops: string[] = [];
  for (const peer of via) {
    hops.push((await client.call('peers.get', { peer }, { signal: context.host.interrupted })).peerId);
  }
  const { peerId } = await choosePeer(context, client, name, hops);
  return await path(context, peerId, off === true ? { via: ['none'] } : hops.length === 0 ? {} : { via: hops });
}
