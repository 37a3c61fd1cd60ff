import { resolve } from 'node:path';
import type { ApprovalFact } from '#shared/app-api/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import {
  commandLine,
  NO_TERMINAL,
  parseExecParams,
  parseTerminalParams,
  type TerminalParams,
} from '#shared/terminal/index.ts';
import type { RequestText } from '../core/approvals/index.ts';

/** Request of a peer about terminals here, with the right that it needs. */
export type TerminalRequest =
  | (Readonly<{ right: 'terminal' | 'view' }> & RequestText)
  /** List of terminals shared with the peer: answered without a question to every peer that isn't denied. */
  | 'shared'
  /** To list what it was let into already and looks at now. */
  | 'watched'
  /** End of a share that the peer made itself, which needs no right. */
  | 'unshare'
  /** Notification that the peer shares something with this device, or no longer does; it needs no right. */
  | 'notice'
  /** To look on where nothing is shared with it: nobody is asked about that. */
  | 'unknown'
  /** To come back to one of its own, which ended when the right was taken back: it may have missed that end with its path. */
  | 'revoked';

/** Account, folder and program of terminals here, where a request does not say. */
export type TerminalDefaults = Readonly<{ user: string; home: string; shell: string }>;

/** Looks where paths of a request lead on this machine; undefined where there is no such folder or file. */
export type RealPaths = Readonly<{
  folder(path: string): string | undefined;
  file(path: string): string | undefined;
}>;

export type TerminalNames = Readonly<{
  defaults: TerminalDefaults;
  real: RealPaths;
  /** Title of a terminal that exists for the one who asks. */
  titleOf(terminal: string): string | undefined;
  /** Name of a peer of this device. */
  nameOf(peerId: PeerId): string | undefined;
  /** The name of the other device that has this terminal, where it may be taken over. */
  heldBy(terminal: string): string | undefined;
  /** The name of who has it, where it is shared with the one who asks. */
  holderOf(terminal: string): string | undefined;
  /** Reports whether it belonged to the requester and ended when the right was revoked. */
  wasRevoked(terminal: string): boolean;
}>;

/** Describes what a person is asked about; undefined for params that are not valid. Every parameter that decides anything is in it. */
export function describeTerminal(params: unknown, names: TerminalNames): TerminalRequest | undefined {
  try {
    const parsed = parseTerminalParams(params);
    switch (parsed.action) {
      case 'open':
        return { right: 'terminal', ...describeOpening(parsed, names.defaults, names.real) };
      case 'attach': {
        const { terminal } = parsed;
        if (names.wasRevoked(terminal)) return 'revoked';
        const holder = names.heldBy(terminal);
        const detail = holder === undefined ? 'take up a terminal left running' : `take over a terminal of ${holder}`;
        return { right: 'terminal', ...aboutTerminal(detail, terminal, names) };
      }
      case 'list':
        if (parsed.watched === true) return 'watched';
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
        const holder = names.holderOf(terminal);
        if (holder === undefined) return 'unknown';
        return { right: 'view', ...aboutTerminal(`look on at a terminal of ${holder}`, terminal, names) };
      }
      case 'shared':
        return 'shared';
      case 'notice':
        return 'notice';
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
  { command, directory, term }: Pick<Extract<TerminalParams, { action: 'open' }>, 'command' | 'directory' | 'term'>,
  { user, home, shell }: TerminalDefaults,
  real: RealPaths,
  otherwise = 'open a terminal',
): RequestText {
  // As it will be started: a shell begins at home where there is no such folder, a command does not start.
  const folder =
    directory === undefined ? home : (real.folder(directory) ?? (command === undefined ? home : directory));
  const program = command === undefined ? undefined : realProgram(command[0], folder, real);
  const facts: ApprovalFact[] = [
    { fact: 'folder', value: folder },
    ...(directory === undefined || directory === folder ? [] : [{ fact: 'asked', value: directory } as const]),
    ...(program === undefined ? [] : [{ fact: 'program', value: program } as const]),
    { fact: 'user', value: user },
    ...(command === undefined ? [{ fact: 'shell', value: shell } as const] : []),
    { fact: 'term', value: term },
  ];
  return { detail: command === undefined ? otherwise : `run: ${commandLine(command)}`, facts };
}

/** The file that runs, where the command names it by a path that does not say so; a name alone is for the user's own search path. */
function realProgram(file: string | undefined, folder: string, real: RealPaths): string | undefined {
  if (file === undefined || !/[/\\]/.test(file)) return undefined;
  const found = real.file(resolve(folder, file));
  return found === file ? undefined : found;
}

/**
 * Describes what a person is asked about when a peer wants to run a command without a terminal; `pipe` for a stream of one that runs already, which
 * only its caller knows; undefined for params that are not valid.
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

/** The whole id decides; the title, which the program in the terminal chooses at any time, only helps to know it again. */
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
