import { isProse, type ApprovalFact, type ApprovalView } from '#shared/app-api/index.ts';
import requestedActions from '#shared/locales/en/requested-actions.json' with { type: 'json' };
import { requestedAction } from '#shared/locales/index.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { NO_TERMINAL } from '#shared/terminal/index.ts';
import { markLookalikes, markRightToLeft, mixesDirections } from '#shared/visible-text/index.ts';
import { printable } from '../../output/index.ts';
import { peerWord } from './peer-format.ts';
import { RELAY_READS } from './plain-relay-format.ts';
import { rightName } from './right-names.ts';

/** Labels of the facts that belong to a request. */
const NAMES: Readonly<Record<ApprovalFact['fact'], string>> = {
  folder: 'folder',
  asked: 'asked for',
  program: 'program',
  user: 'user',
  shell: 'shell',
  term: 'terminal type',
  terminal: 'terminal',
  viewer: 'with',
  device: 'device',
  gateway: 'gateway',
  session: 'session',
  method: 'calls',
  values: 'values',
  pin: 'pin',
  instead: 'in place of',
  guest: 'guest',
  'guest-typed': 'guest who typed',
  says: 'reported by',
  sender: 'from',
  vouches: 'vouched for only by the relay',
  rights: 'permissions',
  until: 'until',
  files: 'files',
  folders: 'folders',
  size: 'size',
  free: 'free space',
  into: 'into',
  'read-only': 'read-only',
  cards: 'network cards',
};

/** Number of characters of a peer ID that commands show. */
export const SHORT_ID = 7;

/**
 * Makes a peer's name safe to print beside other words. Marks names with mixed writing directions, which could reorder these words. The functions of
 * this file format requests of peers, for every command that prints them, and are pure.
 */
export function nameText(name: string): string {
  return printable(mixesDirections(name) ? markRightToLeft(name) : name);
}

/** Formats the peer that made a request: its name and short ID, because two names can look alike. */
export function askerText({
  peerName,
  peerId,
  uncompared,
  relayReads,
  browser,
}: Pick<ApprovalView, 'peerName' | 'peerId' | 'uncompared' | 'relayReads' | 'browser'>): string {
  if (relayReads === true) return `${nameText(peerName)} (${RELAY_READS})`;
  return `${nameText(peerName)} (${peerId.slice(0, SHORT_ID)}${browser === true ? ', browser' : ''}${uncompared === true ? ', words not compared' : ''})`;
}

/** Returns the `clawreach confirm` command that must be run before a request of this peer can be approved. */
export function confirmCommand({ peerName, peerId }: Pick<ApprovalView, 'peerName' | 'peerId'>): string {
  return `clawreach confirm ${peerWord({ name: peerName, peerId })}`;
}

/** Formats a request in a few words, such as `terminal: run: make`. */
export function approvalText({ right, detail }: Pick<ApprovalView, 'right' | 'detail'>): string {
  // It isn't a permission.
  if (right === 'use-relay') return visible(actionText(detail));
  if (detail === '') return rightName(right);
  // Nothing follows the peer's text on the line.
  if (isProse(right)) return `${rightName(right)}: ${printable(markLookalikes(detail, 'read'))}`;
  return `${rightName(right)}: ${visible(actionText(detail))}`;
}

/** Returns the window's words for the action that a request describes, such as `watch a terminal of lena`; the description if it is unknown. */
function actionText(detail: string): string {
  const action = requestedAction(detail);
  if (action === undefined) return detail;
  return requestedActions[action.key].replace('{{what}}', () => ('what' in action ? action.what : ''));
}

/** Formats the facts of a request, one per line, so that no value can imitate another fact. */
export function factLines(facts: readonly ApprovalFact[] = []): readonly string[] {
  return facts.map((fact) => `${NAMES[fact.fact]}: ${visible(valueOf(fact))}`);
}

/** Formats the facts of a request on one line. Quotes values that could run into the next one. */
export function factText(facts: readonly ApprovalFact[] = []): string {
  return facts.map((fact) => `${NAMES[fact.fact]}: ${quoted(visible(valueOf(fact)))}`).join(', ');
}

/** Returns the value of a fact, a pin in groups; says so where a command has no terminal. */
function valueOf({ fact, value }: ApprovalFact): string {
  if (fact === 'pin') return formatPin(value);
  return fact === 'term' && value === NO_TERMINAL ? 'none, the command has no terminal' : value;
}

/** Makes a value safe to print and marks characters that look like others. */
function visible(text: string): string {
  return printable(markLookalikes(text));
}

function quoted(value: string): string {
  return /^[^\s",:[\]]+$/.test(value) ? value : JSON.stringify(value);
}
