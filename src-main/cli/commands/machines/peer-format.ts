import type { Grant, PeerView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';
import { formatEnd, printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';
import { browserText } from './browser-life.ts';
import { rightName } from './right-names.ts';

/**
 * Formats the rights of a peer on this machine: the allowed ones, such as `terminal (until 14:30), view denied, else asks`; `asks each time` if it has to
 * ask for all that isn't denied, `none` if all are denied, and `terminal (pending)` before its words are confirmed. A browser is marked, with its end,
 * which is not repeated for its rights; nor is said that it may introduce no one, which no browser may. Shared folders are denied
 * until a person has shared one, so that isn't said either.
 * @param now Unix time, ms
 */
export function describeRights(peer: PeerView, now: number): string {
  return `${described(peer, now)}${peer.browser === undefined ? '' : ` (${browserText(peer.browser, now)})`}${
    peer.introduced === undefined ? '' : `, introduced by ${printable(peer.introduced.byName)}`
  }`;
}

function described(peer: PeerView, now: number): string {
  const grants = Object.entries(peer.rights);
  const isAllowed = ({ decision, expiresAt }: Grant): boolean =>
    decision === 'allow' && (expiresAt === null || expiresAt > now);
  const allowed = grants.flatMap(([right, grant]) => {
    if (!isAllowed(grant)) return [];
    const endsWithBrowser = grant.expiresAt !== null && grant.expiresAt === peer.browser?.endsAt;
    const end = grant.expiresAt === null || endsWithBrowser ? '' : ` (until ${formatEnd(grant.expiresAt, now)})`;
    return [`${rightName(right)}${end}`];
  });
  if (peer.pairing?.compared === false) {
    const pending = Object.keys(peer.pairing.pending).map((right) => `${rightName(right)} (pending)`);
    return [...allowed, ...(pending.length === 0 ? ['words not compared'] : pending)].join(', ');
  }
  const asks = grants.some(([, grant]) => grant.decision !== 'deny' && !isAllowed(grant));
  if (!asks) return allowed.length === 0 ? 'none' : allowed.join(', ');
  const denied = grants.flatMap(([right, { decision }]) =>
    decision === 'deny' && right !== 'files' && !(right === 'introduce' && peer.browser !== undefined)
      ? [`${rightName(right)} denied`]
      : [],
  );
  if (allowed.length + denied.length === 0) return 'asks each time';
  return [...allowed, ...denied, 'else asks'].join(', ');
}

/**
 * Formats what this machine may do on a peer's machine, as the peer has said it: `terminal, else asks`; undefined if it hasn't since the agent's
 * start.
 * @param now Unix time, ms
 */
export function describeRightsThere({ rightsThere }: PeerView, now: number): string | undefined {
  if (rightsThere === undefined) return undefined;
  const decided = Object.entries(rightsThere.rights).map(([right, decision]) => {
    const end = rightsThere.ends?.[right as keyof typeof rightsThere.rights];
    return { name: rightName(right), decision: end !== undefined && end <= now ? 'ask' : decision, end };
  });
  const allowed = decided
    .filter(({ decision }) => decision === 'allow')
    .map(({ name, end }) => `${name}${end === undefined ? '' : ` (until ${formatEnd(end, now)})`}`);
  const denied = decided
    .filter(({ name, decision }) => decision === 'deny' && name !== 'files')
    .map(({ name }) => `${name} denied`);
  const asks = decided.some(({ decision }) => decision === 'ask');
  if (allowed.length + denied.length === 0) return asks ? 'asks each time' : 'none';
  return [...allowed, ...denied, ...(asks ? ['else asks'] : [])].join(', ');
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

/** Returns the width for a command that is shown to be copied; 0, no limit, where a shell takes no `\` at the end of a line. */
export function commandColumns({ host, reporter }: CommandContext): number {
  return host.platform === 'win32' ? 0 : reporter.columns;
}

/** Quotes text for a shell. The result can still look like an option: see `nameWord`, `lastWord` and `optionWords`. */
export function shellWord(text: string): string {
  return quoteShellWord(printable(text));
}
