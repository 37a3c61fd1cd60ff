import { resolve } from 'node:path';
import type { ApprovalFact } from '#shared/app-api/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import { NO_TERMINAL, parseExecParams, parseTerminalParams, type TerminalParams } from '#shared/terminal/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import type { RequestText } from '../core/approvals/index.ts';

/**
 * Peer's request about terminals of this device. An object is a request that needs a right: it names the right and contains the text that asks the
 * person. A string is a request about which no person is asked.
 */
export type TerminalRequest =
  | (Readonly<{ right: 'terminal' | 'view' }> & RequestText)
  /** List of the terminals that are shared with the peer. Allowed for every peer to which `view` isn't denied. */
  | 'shared'
  /** List of the peer's own terminals, each of which was approved for it. */
  | 'own'
  /**
   * Request to attach to a terminal that the peer has held since a person or the right let it have the terminal; any other one is unknown to it, or
   * held by another device.
   */
  | 'reopen'
  /** List of the peer's terminals that no person at the peer has requested. */
  | 'unasked'
  /** End of a share that the peer itself has made. */
  | 'unshare'
  /** Notification that the peer has shared something with this device, or has ended a share. */
  | 'notice'
  /** Report about guests of a link that the peer has made to a terminal which it holds. */
  | 'guests'
  /** Request to watch a terminal that isn't shared with the peer; it is always refused. */
  | 'unknown'
  /** Request to attach to a terminal that ended when the peer lost its right; it is always refused. The peer may not know of the end yet. */
  | 'revoked';

/** Account, folder and program of new terminals, unless the request names them. */
export type TerminalDefaults = Readonly<{ user: string; home: string; shell: string }>;

/** Functions that read the disk to find the folder or file that a path of a request leads to; undefined if there is none. */
export type RealPaths = Readonly<{
  folder(path: string): string | undefined;
  file(path: string): string | undefined;
}>;

/** Functions and defaults from which a request is described. The requester is the peer that has opened the stream. */
export type TerminalNames = Readonly<{
  defaults: TerminalDefaults;
  real: RealPaths;
  /** Returns the title of a terminal that the requester may know of. */
  titleOf(terminal: string): string | undefined;
  /** Returns the name of a peer of this device. */
  nameOf(peerId: PeerId): string | undefined;
  /** Returns the name of another device that holds this terminal, if the requester may take the terminal over. */
  holderToTakeOverFrom(terminal: string): string | undefined;
  /** Returns the name of the device that holds this terminal, if the terminal is shared with the requester. */
  holderOfShared(terminal: string): string | undefined;
  /** Reports whether the requester held this terminal until it ended because the requester lost its right. */
  wasRevoked(terminal: string): boolean;
  /** True for a plain relay, whose users share one peer ID: the person decides each time that it reopens a terminal. */
  isPlainRelay: boolean;
}>;

/**
 * Describes a peer's terminal request for the person who decides, with every parameter that matters; undefined for invalid parameters. `StreamGate`
 * calls it before the person is asked, and again afterwards to see whether the request still means the same. Reads folders and files through
 * `names.real` only.
 */
export function describeTerminal(params: unknown, names: TerminalNames): TerminalRequest | undefined {
  try {
    const parsed = parseTerminalParams(params);
    switch (parsed.action) {
      case 'open':
        return { right: 'terminal', ...describeOpening(parsed, names.defaults, names.real) };
      case 'attach': {
        const { terminal, takeOver = false } = parsed;
        if (names.wasRevoked(terminal)) return 'revoked';
        const holder = takeOver ? names.holderToTakeOverFrom(terminal) : undefined;
        if (holder === undefined && !names.isPlainRelay) return 'reopen';
        const detail = holder === undefined ? 'reopen a terminal left running' : `take over a terminal of ${holder}`;
        return { right: 'terminal', ...aboutTerminal(detail, terminal, names) };
      }
      case 'list':
        if (parsed.watched === true || parsed.own === true) return 'own';
        if (parsed.ask === false) return 'unasked';
        return { right: 'terminal', detail: describeList(parsed) };
      case 'share': {
        const { terminal } = parsed;
        const peer = parsed.peer as PeerId;
        const name = names.nameOf(peer);
        const viewer = name === undefined ? peer : `${name} (${shortPeerId(peer)})`;
        return { right: 'terminal', ...aboutTerminal('share a terminal', terminal, names, { viewer, id: peer }) };
      }
      case 'unshare':
        return 'unshare';
      case 'view': {
        const { terminal } = parsed;
        const holder = names.holderOfShared(terminal);
        if (holder === undefined) return 'unknown';
        return { right: 'view', ...aboutTerminal(`look on at a terminal of ${holder}`, terminal, names) };
      }
      case 'shared':
        return 'shared';
      case 'notice':
        return 'notice';
      case 'guests':
        return 'guests';
    }
  } catch {
    return undefined;
  }
}

function describeList({ programs, commands }: Extract<TerminalParams, { action: 'list' }>): string {
  const what = commands === true ? 'list its terminals and commands' : 'list its terminals';
  if (programs !== true) return what;
  return `${what}${commands === true ? ',' : ''} and what runs in them`;
}

function describeOpening(
  {
    command,
    directory,
    term,
    shell: wanted,
  }: Pick<Extract<TerminalParams, { action: 'open' }>, 'command' | 'directory' | 'term' | 'shell'>,
  { user, home, shell }: TerminalDefaults,
  real: RealPaths,
  otherwise = 'open a terminal',
): RequestText {
  // If the folder doesn't exist, a shell starts in the home folder, and a command fails.
  const folder =
    directory === undefined ? home : (real.folder(directory) ?? (command === undefined ? home : directory));
  const program = command === undefined ? undefined : realProgram(command[0], folder, real);
  const facts: ApprovalFact[] = [
    { fact: 'folder', value: folder },
    ...(directory === undefined || directory === folder ? [] : [{ fact: 'asked', value: directory } as const]),
    ...(program === undefined ? [] : [{ fact: 'program', value: program } as const]),
    { fact: 'user', value: user },
    ...(command === undefined ? [{ fact: 'shell', value: wanted ?? shell } as const] : []),
    { fact: 'term', value: term },
  ];
  return { detail: command === undefined ? otherwise : `run: ${commandLine(command)}`, facts };
}

/**
 * Returns the file that a command's path leads to, if that is another path. Returns undefined for a bare name, which is looked up in the user's PATH.
 */
function realProgram(file: string | undefined, folder: string, real: RealPaths): string | undefined {
  if (file === undefined || !/[/\\]/.test(file)) return undefined;
  const found = real.file(resolve(folder, file));
  return found === file ? undefined : found;
}

/**
 * Describes a peer's request to run a command without a terminal, as `describeTerminal` does for terminals. Returns `pipe` for a further stream of a
 * command that already runs: only the peer that started the command knows its ID, so no person is asked. Undefined for invalid parameters.
 */
export function describeExec(
  params: unknown,
  defaults: TerminalDefaults,
  real: RealPaths,
): (Readonly<{ right: 'terminal' }> & RequestText) | 'pipe' | undefined {
  try {
    const parsed = parseExecParams(params);
    if (parsed.action === 'pipe') return 'pipe';
    const { command, directory } = parsed;
    const opening = { command, directory, term: NO_TERMINAL };
    return { right: 'terminal', ...describeOpening(opening, defaults, real, 'run commands in a shell') };
  } catch {
    return undefined;
  }
}

/**
 * Returns the text of a request about one terminal. The request is for the terminal's whole ID. The title helps the person recognize the terminal,
 * but proves nothing, since the program in the terminal sets it.
 */
function aboutTerminal(
  detail: string,
  terminal: string,
  names: TerminalNames,
  viewer?: Readonly<{ viewer: string; id: PeerId }>,
): RequestText {
  const title = names.titleOf(terminal) ?? '';
  const begin = terminal.slice(0, 8);
  const facts: ApprovalFact[] = [{ fact: 'terminal', value: title === '' ? begin : `${begin} (${title})` }];
  if (viewer !== undefined) facts.push({ fact: 'viewer', value: viewer.viewer });
  return { detail, facts, subject: terminal, topic: JSON.stringify([detail, terminal, viewer?.id ?? null]) };
}
