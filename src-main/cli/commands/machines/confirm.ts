import { InvalidArgumentError, Option } from 'commander';
import type { AppApiClient, BrowserLife, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { nameText, SHORT_ID } from './approval-format.ts';
import { browserLifeOption } from './browser-life.ts';
import { compareWords, explainDifference, explainPending, hasUncomparedWords, showWords } from './compare-words.ts';
import { describeRights, peerName, peerWord } from './peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type ConfirmOptions = CommonOptions &
  Readonly<{ words?: readonly string[]; wordsConfirmedElsewhere?: boolean; for?: BrowserLife }>;

/**
 * Registers `clawreach confirm`, which shows the four words of a pairing, asks whether they match, and tells the agent
 * to confirm the pairing or forget the peer. Starts an agent if none is running.
 */
export const addConfirm: Registration = (program, run) => {
  addCommand(program, 'confirm', 'compare the four words of a pairing, and let its permissions take effect', {
    description:
      'Compare the four words of a pairing with the words on the other screen. Permissions that you gave the machine take effect only after you ' +
      "confirm that the words match. If they differ, it isn't the machine you meant, and it is removed.",
    examples: [
      ['clawreach confirm laptop', 'shows the words and asks'],
      [
        'clawreach confirm laptop --words "crystal orbit mango velvet"',
        'for scripts that know the words of the other screen; fails if they differ',
      ],
      ['clawreach confirm phone --for 30d', 'a browser: it may open terminals here for 30 days'],
      ['clawreach confirm laptop --words-confirmed-elsewhere', 'for scripts, after someone has compared the words'],
    ],
  })
    .argument('[name]', 'name or ID of the machine; optional if only one is waiting')
    .addOption(
      new Option('--words <words>', 'the four words of the other screen; confirms only if they match')
        .argParser(parseWords)
        .conflicts('wordsConfirmedElsewhere'),
    )
    .addOption(browserLifeOption())
    .option('--words-confirmed-elsewhere', "don't ask, because someone has already compared the words")
    .action((name: string | undefined, options: ConfirmOptions) =>
      run(options, (context) => confirm(context, name, options)),
    );
};

async function confirm(
  context: CommandContext,
  name: string | undefined,
  { words, wordsConfirmedElsewhere = false, for: life }: ConfirmOptions,
): Promise<number> {
  const { reporter, host } = context;
  // Confirming without comparing requires the name of the peer.
  if (wordsConfirmedElsewhere && name === undefined) {
    throw new UsageError('usage.confirm-peer', 'no peer is named', {
      details: { reason: 'With `--words-confirmed-elsewhere`, name the machine.' },
    });
  }
  const client = await ensureAgent(context);
  const peer = name === undefined ? await onlyOne(client) : await client.call('peers.get', { peer: name });
  if (words !== undefined) {
    // The agent compares the words with those of the latest pairing, even if another peer has taken the name.
    const after = await client
      .call('pairing.confirm', { peer: peer.peerId, words: [...words], ...(life && { life }) })
      .catch((error: unknown) => explainWrongWords(client, peer, error));
    reporter.document({ comparison: 'same', words, peer: after });
    reporter.prose(confirmedLine(after, words, host.clock.now()));
    return EXIT.ok;
  }
  const { pairing } = peer;
  if (pairing === undefined) {
    reporter.document({ comparison: 'none', peer });
    reporter.prose(
      `${peerName(peer)} wasn't paired with a code or link. Compare its safety number instead: \`clawreach safety-number\``,
    );
    return EXIT.ok;
  }
  reporter.prose(...showWords(context, pairing.words));
  if (pairing.compared) {
    reporter.document({ comparison: 'same', peer });
    reporter.prose(
      `You confirmed these words. Permissions of ${peerName(peer)} here: ${describeRights(peer, host.clock.now())}`,
    );
    return EXIT.ok;
  }
  const { comparison, peer: after } = await compareWords(context, client, peer, wordsConfirmedElsewhere, life);
  reporter.document({ comparison, words: pairing.words, peer: after });
  if (comparison === 'differ') {
    reporter.prose(...explainDifference(peer));
    return EXIT.authentication;
  }
  if (comparison === 'later') {
    reporter.prose(...explainPending(peer, context.prompter.available));
    return EXIT.undecided;
  }
  reporter.prose(confirmedLine(after, pairing.words, host.clock.now()));
  return EXIT.ok;
}

/**
 * Throws the error of a confirmation with typed words. That of a peer whose pairing is still the same says that the words differ, since the agent
 * can't know whether they were those of an earlier pairing.
 */
async function explainWrongWords(client: AppApiClient, { peerId, pairing }: PeerView, error: unknown): Promise<never> {
  if (errorCode(error) !== 'peer.words-changed' || pairing === undefined) throw error;
  const now = await client.call('peers.get', { peer: peerId });
  if (now.pairing?.words.join(' ') !== pairing.words.join(' ')) throw error;
  throw new ClawReachError('peer.words-differ', 'the typed words are others', {
    details: { name: peerName(now), word: peerWord(now) },
    cause: error,
  });
}

/** Formats the confirmed peer with its ID, because it may be another one than a script meant. */
function confirmedLine(peer: PeerView, words: readonly string[], now: number): string {
  const who = `${nameText(peer.name)} (${peer.peerId.slice(0, SHORT_ID)})`;
  return `Confirmed ${who} by ${words.map(printable).join(' ')}. Permissions here: ${describeRights(peer, now)}`;
}

/**
 * Parses the value of `--words`.
 * @throws {InvalidArgumentError} if there aren't exactly four words
 */
function parseWords(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  if (words.length !== 4 || !/^[a-z\s,-]+$/i.test(text))
    throw new InvalidArgumentError('Expected four words, such as "crystal orbit mango velvet".');
  return words;
}

/**
 * Returns the only peer with unconfirmed words.
 * @throws {UsageError} `usage.confirm-peer`
 */
async function onlyOne(client: AppApiClient): Promise<PeerView> {
  const waiting = (await client.call('peers.list', {})).filter(hasUncomparedWords);
  const [one] = waiting;
  if (one !== undefined && waiting.length === 1) return one;
  const names = waiting.map(peerName).join(', ');
  const reason =
    names === ''
      ? 'no machine is waiting for its words to be compared; with its name, those of a paired one are shown'
      : `several machines are waiting: ${names}`;
  throw new UsageError('usage.confirm-peer', reason, {
    details: { reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` },
  });
}
