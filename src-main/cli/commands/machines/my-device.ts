import { Argument } from 'commander';
import type { PeerView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { peerName } from './peer-format.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Registers `clawreach own`, which marks a peer in the agent as one of this person's own devices, or removes the mark.
 * Starts an agent if none is running.
 */
export const addMyDevice: Registration = (program, run) => {
  addCommand(program, 'own', 'mark a machine as yours, so that it can take over your terminals here', {
    description: [
      'Mark a machine as yours. It can then see and take over terminals that your other machines have on this one: start on the laptop, ' +
        'continue on the tablet. Mark both machines. Each still needs the permission `terminal`; the mark itself gives no permission.',
      '',
      'Mark only machines that no one else uses: their users can look into your terminals and type there. Only this command, or the window, ' +
        'changes the mark.',
    ].join('\n'),
    examples: [
      ['clawreach own laptop', 'show whether it is marked'],
      ['clawreach own laptop on', ''],
      ['clawreach own laptop off', 'it keeps the terminals that it has'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .addArgument(new Argument('[state]', 'on to mark it, off to remove the mark').choices(['on', 'off']))
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
    ? `${peerName(peer)} is marked as yours: it can take over terminals that your other machines have here.`
    : `${peerName(peer)} isn't marked as yours: it sees only its own terminals here.`;
}
