import type { AddRequestView } from '#shared/app-api/index.ts';
import { formatDuration } from '../../output/index.ts';
import { nameText, SHORT_ID } from './approval-format.ts';
import { shellWord } from './peer-format.ts';

const SYSTEMS: Readonly<Record<AddRequestView['system'], string>> = {
  linux: ' on Linux',
  macos: ' on macOS',
  windows: ' on Windows',
  other: '',
};

/** Formats the requests of browsers to be added, with the commands that compare words and dismiss. Pure. @param isAlone true if no other request waits */
export function formatAdditions(
  additions: readonly AddRequestView[],
  now: number,
  isAlone: boolean,
): readonly string[] {
  return additions.flatMap(({ peerId, name, system, account, expiresAt }, index) => [
    ...(index === 0 ? [] : ['']),
    `A browser of ${nameText(account)} asks to be added: ${nameText(name)}${SYSTEMS[system]} (${peerId.slice(0, SHORT_ID)}), ${formatDuration(expiresAt - now)} left`,
    'The relay says so; nothing proves it. If it is yours, compare four words with it:',
    isAlone && additions.length === 1
      ? '    clawreach approvals approve'
      : `    clawreach approvals approve ${shellWord(idWord(peerId))}`,
    `    clawreach approvals dismiss ${shellWord(peerId.slice(0, SHORT_ID))}`,
  ]);
}

/** Returns the shortest beginning of an ID that no one takes for the number of a request. Pure. */
function idWord(peerId: string): string {
  return peerId.slice(0, Math.max(SHORT_ID, peerId.search(/[A-Z]/) + 1));
}
