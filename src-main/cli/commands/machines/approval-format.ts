import type { ApprovalFact, ApprovalView } from '#shared/app-api/index.ts';
import { markLookalikes, markRightToLeft, mixesDirections } from '#shared/visible-text/index.ts';
import { printable } from '../../output/index.ts';
import { peerWord } from './peer-format.ts';
import { rightName } from './right-names.ts';

/** Labels of facts. */
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
};

/** Number of characters of a peer ID that are shown, as in `clawreach list`. */
export const SHORT_ID = 7;

/** Makes a name safe to print beside other words; marks one of mixed writing directions, which could reorder them. */
export function nameText(name: string): string {
  return printable(mixesDirections(name) ? markRightToLeft(name) : name);
}

/** Names the peer that made a request, with its short ID, since names can look alike. */
export function askerText({
  peerName,
  peerId,
  uncompared,
}: Pick<ApprovalView, 'peerName' | 'peerId' | 'uncompared'>): string {
  return `${nameText(peerName)} (${peerId.slice(0, SHORT_ID)}${uncompared === true ? ', words not compared' : ''})`;
}

/** Returns the command that must come before approving a request of this peer. */
export function confirmCommand({ peerName, peerId }: Pick<ApprovalView, 'peerName' | 'peerId'>): string {
  return `clawreach confirm ${peerWord({ name: peerName, peerId })}`;
}

/** Formats what a peer requests, such as `terminal: run: make`, without the further facts. */
export function wantedText({ right, detail }: Pick<ApprovalView, 'right' | 'detail'>): string {
  if (detail === '') return rightName(right);
  // A prompt is prose, and nothing follows it on the line.
  return `${rightName(right)}: ${printable(markLookalikes(detail, right === 'prompt' ? 'read' : 'judge'))}`;
}

/** Formats the further facts of a request, one per line, so that no value can pass for another one. */
export function factLines(facts: readonly ApprovalFact[] = []): readonly string[] {
  return facts.map(({ fact, value }) => `${NAMES[fact]}: ${visible(value)}`);
}

/** Formats the facts on one line; quotes values that could run into the next one. */
export function factText(facts: readonly ApprovalFact[] = []): string {
  return facts.map(({ fact, value }) => `${NAMES[fact]}: ${quoted(visible(value))}`).join(', ');
}

/** Makes a value safe to print and marks characters that look like others. */
function visible(text: string): string {
  return printable(markLookalikes(text));
}

function quoted(value: string): string {
  return /^[^\s",:[\]]+$/.test(value) ? value : JSON.stringify(value);
}
