import { ensureAgent } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { peerName, peerWord } from './peer-format.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

export const addRename: Registration = (program, run) => {
  addCommand(program, 'rename', 'call a peer by another name on this device', {
    description: 'Call a peer by another name. Names are local: nobody else learns it, and nobody else can change it.',
    examples: [['clawreach rename office work', '']],
  })
    .argument('<name>', 'name or ID of the machine')
    .argument('<new-name>', 'what to call it')
    .action((name: string, newName: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const peer = await client.call('peers.rename', { peer: name, name: newName });
        context.reporter.lines(`The peer is now called ${peerName(peer)}.`);
        context.reporter.document(peer);
      }),
    );
};

export const addForget: Registration = (program, run) => {
  addCommand(program, 'forget', 'remove a peer and everything it may do here', {
    description: [
      'Remove a peer: its key, its rights and its links. To reach it again, pair again.',
      'Do this when the four words differed, or when a device is lost.',
    ].join('\n'),
    examples: [
      ['clawreach forget office', 'asks first on a terminal'],
      ['clawreach forget office --yes', 'does not'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: CommonOptions & { yes?: boolean }) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        if (options.yes !== true && context.prompter.available) {
          const sure = await context.prompter.confirm(
            `Forget ${peerName(peer)}? It has to be paired again to be reached.`,
          );
          if (!sure) {
            context.reporter.note('Nothing was changed.');
            return EXIT.failure;
          }
        }
        await client.call('peers.forget', { peer: peer.peerId });
        context.reporter.lines(`${peerName(peer)} is forgotten.`);
        context.reporter.document({ forgotten: peer.peerId });
        return EXIT.ok;
      }),
    );
};

export const addSafetyNumber: Registration = (program, run) => {
  addCommand(program, 'safety-number', 'show the number that two people compare to exclude a man in the middle', {
    examples: [['clawreach safety-number office', '']],
  })
    .argument('<name>', 'name or ID of the machine')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        const { reporter } = context;
        reporter.document({ peer: peer.name, peerId: peer.peerId, safetyNumber: peer.safetyNumber });
        reporter.lines(
          '',
          ...formatSafetyNumber(peer.safetyNumber).map((line) => `    ${reporter.style.bold(line)}`),
          '',
          `The same number on ${peerName(peer)} (\`clawreach safety-number\` there) means that nobody is in between.`,
          `If it differs: clawreach forget ${peerWord(peer)}`,
        );
      }),
    );
};

/** Formats twelve groups of five digits, four per line. */
export function formatSafetyNumber(text: string): readonly string[] {
  const groups = text.match(/\d{5}/g) ?? [text];
  const lines: string[] = [];
  for (let index = 0; index < groups.length; index += 4) lines.push(groups.slice(index, index + 4).join(' '));
  return lines;
}
