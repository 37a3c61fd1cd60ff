import type { PeerView } from '#shared/app-api/index.ts';
import { ensureAgent, isConfirmed } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { peerName, peerWord } from './peer-format.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Registers `clawreach readmit`, which lets a suspended peer back in, after a question. Starts an agent if none is running.
 */
export const addReadmit: Registration = (program, run) => {
  addCommand(program, 'readmit', 'let a machine back in that was removed from the project', {
    description: [
      'Let a machine back in that is blocked here, because your relay reported that it was removed from the project. Its permissions here apply ' +
        'again. Do this only if you know why it was removed: otherwise ask who removed it, or remove it here with `clawreach forget`.',
      '',
      "At the relay it stays removed. Until it's paired again, it connects directly or through another machine only.",
    ].join('\n'),
    examples: [
      ['clawreach readmit laptop', 'asks first'],
      ['clawreach readmit laptop --yes', 'for scripts'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .option('-y, --yes', "don't ask, for scripts")
    .action((name: string, options: CommonOptions & { yes?: boolean }) =>
      run(options, async (context) => {
        const { reporter } = context;
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        if (peer.suspendedSince === undefined) {
          reporter.lines(`${peerName(peer)} isn't blocked.`);
          reporter.document(peer);
          return EXIT.ok;
        }
        const question = `Let ${peerName(peer)} back in? Its permissions here apply again.`;
        if (!(await isConfirmed(context, options, question))) return EXIT.failure;
        reporter.document(await client.call('peers.readmit', { peer: peer.peerId }));
        reporter.lines(`${peerName(peer)} may connect again, with the permissions that it had.`);
        return EXIT.ok;
      }),
    );
};

/** Formats the note about a suspended peer, for `list` and `run`. */
export function suspendedNote(peer: Pick<PeerView, 'name' | 'peerId'>): string {
  const word = peerWord(peer);
  return (
    `${peerName(peer)} is blocked: your relay reported that it was removed from the project. If that's a mistake, run \`clawreach readmit ${word}\`. ` +
    `Otherwise remove it: \`clawreach forget ${word}\`.`
  );
}
