import { Argument } from 'commander';
import type { PeerView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { peerName } from './peer-format.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

export const addMyDevice: Registration = (program, run) => {
  addCommand(program, 'own', 'say that a peer is one of your own devices, or is not', {
    description: [
      'Say that a peer is one of your own devices. Devices that are marked so here may see, and take over, terminals that others of them have ' +
        'on this device: begun on the laptop, gone on with on the tablet. It takes two of them, and the right `terminal`; it gives no right itself.',
      '',
      'Nothing a peer says changes this. Mark no device that somebody else uses: it could look into your terminals, and type there.',
    ].join('\n'),
    examples: [
      ['clawreach own laptop', 'what holds now'],
      ['clawreach own laptop on', ''],
      ['clawreach own laptop off', 'it keeps the terminals that it has'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .addArgument(new Argument('[state]', 'what is to hold').choices(['on', 'off']))
    .action((name: string, state: string | undefined, options: CommonOptions) =>
      run(options, async (context) => {
        const { reporter } = context;
        const client = await ensureAgent(context);
        let peer = await client.call('peers.get', { peer: name });
        if (state !== undefined) peer = await client.call('peers.setOwn', { peer: peer.peerId, own: state === 'on' });
        reporter.document({ peer: peer.name, peerId: peer.peerId, own: peer.own });
        reporter.lines(describeOwn(peer));
      }),
    );
};

function describeOwn(peer: PeerView): string {
  return peer.own
    ? `${peerName(peer)} is one of your own devices: it may take over terminals here of your other devices.`
    : `${peerName(peer)} is not marked as one of your own devices: it sees its own terminals here only.`;
}
