import { COMMAND_ERROR_TEXTS, commandErrorText } from '#shared/locales/index.ts';
import { printable } from '../../output/index.ts';

/** Words for codes that are no errors, or whose texts speak to the other side or are too long for a column. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['forward.denied', 'not allowed'],
  ['forward.protected', 'never allowed'],
  ['forward.unanswered', 'no answer'],
  ['handshake.unknown-peer', 'not known here'],
  ['handshake.version', 'other version'],
  ['introduction.browser', 'not valid'],
  ['introduction.browsers-off', 'no browsers here'],
  ['introduction.busy', 'too many introductions'],
  ['introduction.chain', 'was introduced itself'],
  ['introduction.expired', 'expired'],
  ['introduction.newcomer', 'not possible'],
  ['introduction.not-mine', 'not valid'],
  ['introduction.params', 'not valid'],
  ['introduction.project', 'another project here'],
  ['introduction.relay', 'another relay here'],
  ['introduction.relay-none', 'no relay here'],
  ['introduction.replayed', 'not valid'],
  ['introduction.rights', 'more than it may hand on'],
  ['introduction.signature', 'not valid'],
  ['introduction.too-long', 'too long'],
  ['left-ended', 'left running, ended since'],
  ['link.closed', 'closed'],
  ['link.forgotten', 'removed there'],
  ['link.idle', 'not used any more'],
  ['link.path-lost', 'path lost'],
  ['link.removed', 'removed here'],
  ['link.withdrawn', 'its introduction ended'],
  ['link.replaced', 'connected again'],
  ['link.session-lost', 'connection lost'],
  ['link.timeout', 'no answer'],
  ['relay.admission', 'wrong token'],
  ['relay.admission-needed', 'needs a token'],
  ['relay.enrolment-needed', 'needs an account'],
  ['rights.denied', 'not allowed'],
  ['rights.unanswered', 'no answer'],
  ['rights.withdrawn', 'withdrawn'],
  ['share.ended', 'ended there'],
  ['share.expired', 'its time was over'],
  ['share.lost', 'disconnected'],
  ['share.relay-changed', 'other relay there'],
  ['share.removed', 'sent away'],
  ['terminal.ended', 'terminal ended or left'],
  ['terminal.revoked', 'permission withdrawn'],
  ['terminal.stopped', 'ClawReach stopped there'],
  ['terminal.unshared', 'sharing stopped'],
]);

/** Matches codes whose error texts are about this machine, as an entry is. */
const OF_THIS_MACHINE = /^(?:account|adding|gateway|pairing|plain|relay)\./;

/**
 * Returns words for how something ended, as `audit` and `history` show it. An error of this machine is told by the first sentence of its text, without
 * a full stop. Codes without words stay as they are. Pure.
 * @param details values that the text may name
 */
export function outcomeWords(outcome: string, details: Readonly<Record<string, unknown>> = {}): string {
  const words = WORDS.get(outcome);
  if (words !== undefined) return words;
  if (outcome.startsWith('handshake.')) return 'not valid';
  if (!OF_THIS_MACHINE.test(outcome) || !Object.hasOwn(COMMAND_ERROR_TEXTS, outcome)) return printable(outcome);
  const named = Object.entries(details).filter((entry): entry is [string, string | number] =>
    ['string', 'number'].includes(typeof entry[1]),
  );
  const [first = ''] = commandErrorText(outcome, outcome, Object.fromEntries(named)).what.split(/\.(?:\s|$)/);
  return printable(first);
}
