import { InvalidArgumentError, Option } from 'commander';
import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { nameText, SHORT_ID } from './approval-format.ts';
import { compareWords, explainDifference, explainPending, hasUncomparedWords, showWords } from './compare-words.ts';
import { describeRights, peerName } from './peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type ConfirmOptions = CommonOptions & Readonly<{ words?: readonly string[]; wordsConfirmedElsewhere?: boolean }>;

export const addConfirm: Registration = (program, run) => {
  addCommand(program, 'confirm', 'compare the four words of a pairing; its rights count from then on', {
    description:
      'Compare the four words of a pairing with what the other screen shows. Rights that were given to the peer are pending until then, and ' +
      'allow nothing. Words that differ mean that it is not the machine you meant: it is forgotten.',
    examples: [
      ['clawreach confirm laptop', 'shows the words and asks'],
      [
        'clawreach confirm laptop --words "crystal orbit mango velvet"',
        'for scripts that have read the other screen: fails where they differ',
      ],
      ['clawreach confirm laptop --words-confirmed-elsewhere', 'for scripts, after somebody has compared them'],
    ],
  })
    .argument('[name]', 'name or ID of the machine; may be left out where one waits and you are asked')
    .addOption(
      new Option('--words <words>', 'the four words of the other screen: confirms if they are the same')
        .argParser(parseWords)
        .conflicts('wordsConfirmedElsewhere'),
    )
    .option('--words-confirmed-elsewhere', 'somebody has compared the words: do not ask here')
    .action((name: string | undefined, options: ConfirmOptions) =>
      run(options, (context) => confirm(context, name, options)),
    );
};

async function confirm(
  context: CommandContext,
  name: string | undefined,
  { words, wordsConfirmedElsewhere = false }: ConfirmOptions,
): Promise<number> {
  const { reporter, host } = context;
  // Confirming without comparing requires the name of the peer.
  if (wordsConfirmedElsewhere && name === undefined) {
    throw new UsageError('usage.confirm-peer', 'no peer is named', {
      details: { reason: 'With `--words-confirmed-elsewhere` the peer has to be named.' },
    });
  }
  const client = await ensureAgent(context);
  const peer = name === undefined ? await onlyOne(client) : await client.call('peers.get', { peer: name });
  if (words !== undefined) {
    // The agent compares the words with those of the latest pairing, even if another peer has taken the name.
    const after = await client.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    reporter.document({ comparison: 'same', words, peer: after });
    reporter.lines(confirmedLine(after, words, host.clock.now()));
    return EXIT.ok;
  }
  const { pairing } = peer;
  if (pairing === undefined) {
    reporter.document({ comparison: 'none', peer });
    reporter.lines(
      `${peerName(peer)} was not paired by a code or link: \`clawreach safety-number\` shows what to compare.`,
    );
    return EXIT.ok;
  }
  reporter.lines(...showWords(context, pairing.words));
  if (pairing.compared) {
    reporter.document({ comparison: 'same', peer });
    reporter.lines(`They were confirmed here. ${peerName(peer)} may: ${describeRights(peer, host.clock.now())}`);
    return EXIT.ok;
  }
  const { comparison, peer: after } = await compareWords(context, client, peer, wordsConfirmedElsewhere);
  reporter.document({ comparison, words: pairing.words, peer: after });
  if (comparison === 'differ') {
    reporter.lines(...explainDifference(peer));
    return EXIT.authentication;
  }
  if (comparison === 'later') {
    reporter.lines(...explainPending(peer));
    return EXIT.undecided;
  }
  reporter.lines(confirmedLine(after, pairing.words, host.clock.now()));
  return EXIT.ok;
}

/** Names the confirmed peer in full, since it may be another one than a script meant. */
function confirmedLine(peer: PeerView, words: readonly string[], now: number): string {
  const who = `${nameText(peer.name)} (${peer.peerId.slice(0, SHORT_ID)})`;
  return `Confirmed ${who} by ${words.map(printable).join(' ')}. It may: ${describeRights(peer, now)}`;
}

/** Parses the value of `--words`. @throws {InvalidArgumentError} unless there are four words */
function parseWords(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  if (words.length !== 4 || !/^[a-z\s,-]+$/i.test(text))
    throw new InvalidArgumentError('expected four words, such as "crystal orbit mango velvet"');
  return words;
}

/** Returns the only peer with unconfirmed words. @throws {UsageError} `usage.confirm-peer` */
async function onlyOne(client: AppApiClient): Promise<PeerView> {
  const waiting = (await client.call('peers.list', {})).filter(hasUncomparedWords);
  const [one] = waiting;
  if (one !== undefined && waiting.length === 1) return one;
  const names = waiting.map(peerName).join(', ');
  const reason = names === '' ? 'no words wait to be compared' : `several peers wait: ${names}`;
  throw new UsageError('usage.confirm-peer', reason, {
    details: { reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` },
  });
}
