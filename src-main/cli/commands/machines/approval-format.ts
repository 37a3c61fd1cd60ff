import type { ApprovalFact, ApprovalView } from '#shared/app-api/index.ts';
import { markLookalikes, markRightToLeft, mixesDirections } from '#shared/visible-text/index.ts';
import { printable } from '../../output/index.ts';
import { peerWord } from './peer-format.ts';
import { rightName } from './right-names.ts';

/** Names of facts, as a person reads them. */
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

/** Characters of a peer id that are shown, as in `clawreach list`. */
export const SHORT_ID = 7;

/** A name beside other words of a line: one that mixes directions could reorder them. */
export function nameText(name: string): string {
  return printable(mixesDirections(name) ? markRightToLeft(name) : name);
}

/** Names the peer that asks, with its short id: names can look alike. */
export function askerText({
  peerName,
  peerId,
  uncompared,
}: Pick<ApprovalView, 'peerName' | 'peerId' | 'uncompared'>): string {
  return `${nameText(peerName)} (${peerId.slice(0, SHORT_ID)}${uncompared === true ? ', words not compared' : ''})`;
}

/** Command that has to come before a yes to this peer. */
export function confirmCommand({ peerName, peerId }: Pick<ApprovalView, 'peerName' | 'peerId'>): string {
  return `clawreach confirm ${peerWord({ name: peerName, peerId })}`;
}

/** Writes what a peer wants, without what else decides it: `terminal: run: make`. */
export function wantedText({ right, detail }: Pick<ApprovalView, 'right' | 'detail'>): string {
  if (detail === '') return rightName(right);
  // A prompt is prose; nothing else of it stands on this line.
  return `${rightName(right)}: ${printable(markLookalikes(detail, right === 'prompt' ? 'read' : 'judge'))}`;
}

/** Writes what else decides a request, a line each: no value can pass for another one. */
export function factLines(facts: readonly ApprovalFact[] = []): readonly string[] {
  return facts.map(({ fact, value }) => `${NAMES[fact]}: ${visible(value)}`);
}

/** Writes the same on one line, each value quoted where it could run into the next one. */
export function factText(facts: readonly ApprovalFact[] = []): string {
  return facts.map(({ fact, value }) => `${NAMES[fact]}: ${quoted(visible(value))}`).join(', ');
}

/** As the agent has cleaned it, and what looks like another character is marked. */
function visible(text: string): string {
  return printable(markLookalikes(text));
}

function quoted(value: string): string {
  return /^[^\s",:[\]]+$/.test(value) ? value : JSON.stringify(value);
}
