import type { Grant, PeerView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';
import { formatTime, printable } from '../../output/index.ts';
import { rightName } from './right-names.ts';

/**
 * Formats the rights of a peer on this machine, such as `terminal`, `terminal (until 14:30)`, `terminal (asks)` or
 * `terminal (pending)`; `-` for none.
 * @param now Unix time, ms
 */
export function describeRights(peer: PeerView, now: number): string {
  const rights = Object.entries(peer.rights)
    // Every right starts as "ask", so only terminals, which people decide about every day, are listed in that state.
    .filter(([right, { decision }]) => right === 'terminal' || decision !== 'ask')
    .map(([right, grant]) => describeGrant(right, grant, now))
    .filter((text) => text !== undefined);
  if (peer.pairing?.compared === false) {
    const pending = Object.keys(peer.pairing.pending).map((right) => `${rightName(right)} (pending)`);
    rights.push(...(pending.length === 0 ? ['words not compared'] : pending));
  }
  return rights.length === 0 ? '-' : rights.join(', ');
}

function describeGrant(right: string, grant: Grant, now: number): string | undefined {
  if (grant.expiresAt !== null && grant.expiresAt <= now) return undefined;
  if (grant.decision === 'deny') return undefined;
  const notes = [
    ...(grant.decision === 'ask' ? ['asks'] : []),
    ...(grant.expiresAt === null ? [] : [`until ${formatTime(grant.expiresAt, now)}`]),
  ];
  const name = rightName(right);
  return notes.length === 0 ? name : `${name} (${notes.join(', ')})`;
}

/** Returns a peer's name, safe to print. Most commands use it and the other functions of this file, which are pure. */
export function peerName(peer: Readonly<{ name: string }>): string {
  return printable(peer.name) || '(no name)';
}

/** Returns a peer's name as a word for a printed command, or its short ID if `nameWord` can't use the name. */
export function peerWord({ name, peerId }: Readonly<{ name: string; peerId: string }>): string {
  return nameWord(name, peerId.slice(0, 7));
}

/**
 * Returns a name as a word for a printed command, or the ID if the name isn't clean (`cleanName`), since a command line
 * could take it for an option or a person couldn't type it.
 */
export function nameWord(name: string, id: string): string {
  return cleanName(name) === name && name !== '' ? shellWord(name) : shellWord(id);
}

/**
 * Returns untrusted text, such as the ID of a request, as the last word of a printed command; after `--` if it could be
 * taken for an option.
 */
export function lastWord(text: string): string {
  return printable(text).startsWith('-') ? `-- ${shellWord(text)}` : shellWord(text);
}

/** Returns an option with an untrusted value, such as `--attach 3f`, as words for a printed command. */
export function optionWords(option: string, value: string): string {
  return printable(value).startsWith('-') ? `${option}=${shellWord(value)}` : `${option} ${shellWord(value)}`;
}

/** Quotes text for a shell. The result can still look like an option: see `nameWord`, `lastWord` and `optionWords`. */
export function shellWord(text: string): string {
  return quoteShellWord(printable(text));
}
