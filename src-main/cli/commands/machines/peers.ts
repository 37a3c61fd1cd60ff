import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ensureAgent, isConfirmed } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { peerName, peerWord, shellWord } from './peer-format.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

/** Registers `clawreach rename`, which changes a peer's name in the agent. Starts an agent if none is running. */
export const addRename: Registration = (program, run) => {
  addCommand(program, 'rename', 'rename a machine; only you see the name', {
    description: "Rename a machine. Only you see this name, and the machine itself can't change it.",
    examples: [['clawreach rename office work', '']],
  })
    .argument('<name>', 'name or ID of the machine')
    .argument('<new-name>', 'its new name')
    .action((name: string, newName: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const peer = await client.call('peers.rename', { peer: name, name: newName });
        context.reporter.lines(`The machine is now called "${peerName(peer)}".`);
        context.reporter.document(peer);
      }),
    );
};

/**
 * Registers `clawreach forget`, which removes a peer from the agent, after a question. Starts an agent if none is
 * running.
 */
export const addForget: Registration = (program, run) => {
  addCommand(program, 'forget', 'remove a machine and its permissions', {
    description: [
      'Remove a machine: its key, its permissions here, and the connections to it. To reach it again, pair again.',
      'Do this if the four words differ, or if the machine is lost or stolen.',
      "If this machine let it into your relay's project, it is removed there too, and can't reach your other machines over that relay.",
    ].join('\n'),
    examples: [
      ['clawreach forget office', 'asks first'],
      ['clawreach forget office --yes', "doesn't ask"],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .option('-y, --yes', "don't ask")
    .action((name: string, options: CommonOptions & { yes?: boolean }) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        const question = `Remove ${peerName(peer)}? To reach it again, you must pair again.${await forwardsThere(client, peer)}${removalAtRelay(peer)}`;
        if (!(await isConfirmed(context, options, question))) return EXIT.failure;
        const { told } = await client.call('peers.forget', { peer: peer.peerId });
        context.reporter.lines(`${peerName(peer)} was removed${told ? ', and was told' : ''}.`);
        context.reporter.document({ forgotten: peer.peerId, told });
        if (!told && peer.forgottenAt === undefined && peer.browser === undefined)
          context.reporter.note(...(await explainUntold(client, peer)));
        return EXIT.ok;
      }),
    );
};

/** Says that a machine that didn't answer still has this one, and how it is removed there. */
async function explainUntold(client: AppApiClient, peer: PeerView): Promise<readonly string[]> {
  const { device } = await client.call('status.get', {});
  const name = peerName(peer);
  return [
    `${name} doesn't answer, so it wasn't told: it still lists this machine, but can't reach it. To remove it there, on ${name}:`,
    `    clawreach forget ${shellWord(device.shortId)}`,
  ];
}

/** Says how many forwards lead to the machine; they work again after another pairing. Empty for none. */
async function forwardsThere(client: AppApiClient, { peerId }: PeerView): Promise<string> {
  // The removal doesn't depend on them.
  const forwards = await client.call('forwards.list', {}).catch(() => []);
  const number = forwards.filter(({ rule }) => 'peer' in rule && rule.peer === peerId).length;
  if (number === 0) return '';
  return ` ${number === 1 ? 'A forward leads' : `${number} forwards lead`} there and won't work until then.`;
}

/** Says that the machine also leaves the relay that both use; empty if it isn't there. */
function removalAtRelay(peer: PeerView): string {
  if (peer.atRelay !== true) return '';
  return ` If this machine let it into your relay, it is removed there too, and loses every machine that it reaches only over that relay.`;
}

/** Registers `clawreach safety-number`, which prints a peer's safety number. Starts an agent if none is running. */
export const addSafetyNumber: Registration = (program, run) => {
  addCommand(
    program,
    'safety-number',
    'show the number that two people compare to be sure that no one is intercepting',
    {
      examples: [['clawreach safety-number office', '']],
    },
  )
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
          `Compare it with the number on ${peerName(peer)} (\`clawreach safety-number\` there). If they match, no one is intercepting.`,
          `If they differ, remove it: clawreach forget ${peerWord(peer)}`,
        );
      }),
    );
};

/** Formats a safety number as three lines of four groups of five digits. */
export function formatSafetyNumber(text: string): readonly string[] {
  const groups = text.match(/\d{5}/g) ?? [text];
  const lines: string[] = [];
  for (let index = 0; index < groups.length; index += 4) lines.push(groups.slice(index, index + 4).join(' '));
  return lines;
}
