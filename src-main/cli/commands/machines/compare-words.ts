import type { AppApiClient, BrowserLife, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { InterruptedError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { peerName, peerWord } from './peer-format.ts';
import { rightName } from './right-names.ts';
import type { CommandContext } from '../registry.ts';

/** Answer to the question whether both screens show the same four words; `later` leaves it open. */
export type WordsComparison = 'same' | 'differ' | 'later';

/** Tells whether the words of this peer are still unconfirmed on this machine. Pure. */
export function hasUncomparedWords(peer: PeerView): boolean {
  return peer.pairing?.compared === false;
}

/** Formats the four words of a pairing, with a request to compare them. Used by every command that shows them. */
export function showWords({ reporter }: CommandContext, words: readonly string[]): readonly string[] {
  return [
    'Both screens must show the same four words:',
    '',
    `    ${reporter.style.bold(words.map(printable).join('  '))}`,
    '',
  ];
}

/**
 * Asks whether both screens show the same words. If yes, tells the agent to confirm the pairing; if no, to forget the
 * peer. Used by `pair` and `confirm`.
 * @param isConfirmedElsewhere value of `--words-confirmed-elsewhere`: true to confirm without asking
 * @param life lifetime of a browser; undefined: that which the agent has proposed
 * @returns the answer, and the peer after it
 * @throws {ClawReachError} `peer.forgot` if the peer has removed this machine meanwhile, as it does when someone there finds that the words differ
 */
export async function compareWords(
  context: CommandContext,
  client: AppApiClient,
  peer: PeerView,
  isConfirmedElsewhere: boolean,
  life?: BrowserLife,
): Promise<Readonly<{ comparison: WordsComparison; peer: PeerView }>> {
  const comparison = isConfirmedElsewhere
    ? 'same'
    : await ask(context, client, peer).catch((error: unknown) => {
        if (error instanceof InterruptedError)
          context.reporter.note(`Nothing was confirmed. Later: \`clawreach confirm ${peerWord(peer)}\``);
        throw error;
      });
  if (comparison === 'same' && peer.pairing !== undefined) {
    const { words } = peer.pairing;
    const confirmation = { peer: peer.peerId, words: [...words], ...(life && { life }) };
    return { comparison, peer: await client.call('pairing.confirm', confirmation) };
  }
  if (comparison === 'differ') await client.call('peers.forget', { peer: peer.peerId, because: 'words' });
  return { comparison, peer };
}

/**
 * Makes sure that a person has compared the words of a peer before this machine sends it anything of theirs: until then it may be another machine, which
 * would read what they type. Asks in a terminal; otherwise fails at once. Used by commands that open something on a peer.
 * @throws {ClawReachError} `peer.uncompared` if they stay uncompared; `peer.words-refused` if they differ, and the peer is forgotten
 */
export async function requireComparedWords(
  context: CommandContext,
  client: AppApiClient,
  peer: PeerView,
): Promise<void> {
  const { pairing } = peer;
  if (pairing === undefined || pairing.compared) return;
  const details = { name: peerName(peer), word: peerWord(peer) };
  const { prompter, reporter } = context;
  if (prompter.available) {
    reporter.note(
      `Compare the four words of ${peerName(peer)} first. On that machine, the window shows them, or \`clawreach confirm\` with the name of this one:`,
      '',
      `    ${reporter.noteStyle.bold(pairing.words.map(printable).join('  '))}`,
      '',
    );
    const { comparison } = await compareWords(context, client, peer, false);
    if (comparison === 'same') return;
    if (comparison === 'differ') throw new ClawReachError('peer.words-refused', 'the words differ', { details });
  }
  throw new ClawReachError('peer.uncompared', 'no one has confirmed the words of this peer', { details });
}

/** Formats a message that lists the rights a peer gets once its words are confirmed, and the commands to confirm or remove it. @param canAsk false without a terminal */
export function explainPending(peer: PeerView, canAsk = true): readonly string[] {
  const name = peerName(peer);
  const rights = Object.keys(peer.pairing?.pending ?? {}).map(rightName);
  return [
    rights.length === 0
      ? `Until you confirm the words, ${name} can't do anything here.`
      : `Until you confirm the words, ${name} can't do anything here. After that it gets: ${rights.join(', ')}.`,
    ...(canAsk
      ? [`    clawreach confirm ${peerWord(peer)}`]
      : [
          'No one can be asked here. Type the words that the other screen shows:',
          `    clawreach confirm ${peerWord(peer)} --words "WORD WORD WORD WORD"`,
        ]),
    'If they differ, someone may be intercepting. Remove it:',
    `    clawreach forget ${peerWord(peer)}`,
  ];
}

/** Formats the message that a peer was forgotten because its words differ. */
export function explainDifference(peer: PeerView): readonly string[] {
  return [
    `${peerName(peer)} was removed. Different words mean that another machine used the code, or that someone is intercepting.`,
    'Pair again, and send the code another way: clawreach pair',
  ];
}

/**
 * Asks until the answer is clear: one that means nothing must not pass for "later".
 * @throws {ClawReachError} `peer.forgot` as soon as the peer has removed this machine
 */
async function ask({ prompter }: CommandContext, client: AppApiClient, peer: PeerView): Promise<WordsComparison> {
  if (!prompter.available) return 'later';
  const over = new AbortController();
  const off = client.on('peers.forgot', ({ peerId }) => {
    if (peerId !== peer.peerId) return;
    const details = { name: peerName(peer), word: peerWord(peer) };
    over.abort(new ClawReachError('peer.forgot', 'the peer has removed this device', { details }));
  });
  try {
    return await askClearly(prompter, over.signal);
  } finally {
    off();
  }
}

async function askClearly(prompter: CommandContext['prompter'], signal: AbortSignal): Promise<WordsComparison> {
  const question = 'Does the other screen show the same words? [y = yes, n = they differ, Enter = later]';
  // What was typed ahead is no answer: the person hadn't seen the words.
  let answer = await prompter.ask(question, { fresh: true, signal });
  while (!/^(?:y|yes|n|no)?$/i.test(answer))
    answer = await prompter.ask(`Please answer y or n. ${question}`, { fresh: true, signal });
  if (answer === '') return 'later';
  return /^y/i.test(answer) ? 'same' : 'differ';
}
