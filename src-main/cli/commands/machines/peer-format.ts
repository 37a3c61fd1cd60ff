import type { Grant, PeerView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { formatTime, printable } from '../../output/index.ts';

/** What a peer may do on this device: `terminal`, `terminal (until 14:30)`, `terminal (asks)`, `terminal (pending)`, or `-`. */
export function describeRights(peer: PeerView, now: number): string {
  const rights = Object.entries(peer.rights)
    // What every peer may ask for is worth its place only where people decide about it every day.
    .filter(([right, { decision }]) => right === 'terminal' || decision !== 'ask')
    .map(([right, grant]) => describeGrant(right, grant, now))
    .filter((text) => text !== undefined);
  if (peer.pairing?.compared === false) {
    const pending = Object.keys(peer.pairing.pending).map((right) => `${right} (pending)`);
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
  return notes.length === 0 ? right : `${right} (${notes.join(', ')})`;
}

/** A peer's name, safe to print. */
export function peerName(peer: Readonly<{ name: string }>): string {
  return printable(peer.name) || '(no name)';
}

/** A peer as it can be pasted into a command, as `nameWord`: its name, or its short id. */
export function peerWord({ name, peerId }: Readonly<{ name: string; peerId: string }>): string {
  return nameWord(name, peerId.slice(0, 7));
}

/** A name as it can be pasted into a command, or the id where a command line takes the name for something else than a name. */
export function nameWord(name: string, id: string): string {
  return cleanName(name) === name && name !== '' ? shellWord(name) : shellWord(id);
}

/** A text of someone else, such as the id of a request, as it can be pasted at the end of a command: behind `--` where it could be an option. */
export function lastWord(text: string): string {
  return printable(text).startsWith('-') ? `-- ${shellWord(text)}` : shellWord(text);
}

/** An option and its value of someone else, such as `--attach 3f`, as they can be pasted into a command. */
export function optionWords(option: string, value: string): string {
  return printable(value).startsWith('-') ? `${option}=${shellWord(value)}` : `${option} ${shellWord(value)}`;
}

/** A text as it can be pasted into a shell. Does not keep it from being an option: see `nameWord`, `lastWord`, `optionWords`. */
export function shellWord(text: string): string {
  const shown = printable(text);
  // Words that begin with `=` or `~` mean something to shells.
  return /^[A-Za-z0-9._/:@%+-][A-Za-z0-9._/:@%+=-]*$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
