import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { printable } from '../../output/index.ts';
import { peerName, peerWord } from './peer-format.ts';
import { rightName } from './right-names.ts';
import type { CommandContext } from '../registry.ts';

/** Answer to whether both screens show the same words; `later` decides nothing. */
export type WordsComparison = 'same' | 'differ' | 'later';

/** Option for scripts that compare the words elsewhere. */
export const CONFIRMED_ELSEWHERE = '--words-confirmed-elsewhere';

/** Tells whether the words of this peer are still unconfirmed here. */
export function hasUncomparedWords(peer: PeerView): boolean {
  return peer.pairing?.compared === false;
}

/** Formats the four words for comparison. */
export function showWords({ reporter }: CommandContext, words: readonly string[]): readonly string[] {
  return [
    'Both screens must show the same four words:',
    '',
    `    ${reporter.style.bold(words.map(printable).join('  '))}`,
    '',
  ];
}

/**
 * Asks whether both screens show the same words. Confirms the pairing if they do, and forgets the peer if they differ.
 * @returns the answer and the peer after it
 */
export async function compareWords(
  context: CommandContext,
  client: AppApiClient,
  peer: PeerView,
  isConfirmedElsewhere: boolean,
): Promise<Readonly<{ comparison: WordsComparison; peer: PeerView }>> {
  const comparison = isConfirmedElsewhere ? 'same' : await ask(context);
  if (comparison === 'same' && peer.pairing !== undefined) {
    const { words } = peer.pairing;
    return { comparison, peer: await client.call('pairing.confirm', { peer: peer.peerId, words: [...words] }) };
  }
  if (comparison === 'differ') await client.call('peers.forget', { peer: peer.peerId });
  return { comparison, peer };
}

/** Explains the pending rights of a peer whose words are unconfirmed, and the next step. */
export function explainPending(peer: PeerView): readonly string[] {
  const name = peerName(peer);
  const rights = Object.keys(peer.pairing?.pending ?? {}).map(rightName);
  return [
    rights.length === 0
      ? `Until somebody here confirms the words, ${name} gets no rights here.`
      : `Until somebody here confirms the words, ${name} may do nothing here. Pending: ${rights.join(', ')}.`,
    `    clawreach confirm ${peerWord(peer)}`,
    'If they differ, somebody stood in between:',
    `    clawreach forget ${peerWord(peer)}`,
  ];
}

/** Explains that a peer was forgotten since its words differ. */
export function explainDifference(peer: PeerView): readonly string[] {
  return [
    `${peerName(peer)} is forgotten: somebody else than the machine you meant has used the code, or stands in between.`,
    'Make a new code, and hand it over another way: clawreach pair',
  ];
}

async function ask({ prompter }: CommandContext): Promise<WordsComparison> {
  if (!prompter.available) return 'later';
  const answer = await prompter.ask('Do both screens show these words? [y = yes, n = they differ, Enter = later]');
  if (/^y(?:es)?$/i.test(answer)) return 'same';
  return /^no?$/i.test(answer) ? 'differ' : 'later';
}
