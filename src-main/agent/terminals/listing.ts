import type { PeerId } from '#shared/identity/index.ts';
import { DIRECTORY, MAX_FOLDER_CHARACTERS, type ForegroundView, type TerminalListing } from '#shared/terminal/index.ts';
import { runningProgram, type Foreground } from './process/foreground.ts';
import type { Terminal, TerminalDevice } from './terminal.ts';

export type ListingOptions = Readonly<{
  /** Peer that requests the list. */
  peerId: PeerId;
  nameOf(device: TerminalDevice): string;
  /** Program name of this device's shell. */
  shell: string;
  /** Foreground programs by the process ID of a terminal's first program; undefined leaves them out. */
  foreground: ReadonlyMap<number, Foreground> | undefined;
  /** Home folder of the account, with which the list includes folders; undefined leaves them out. */
  home: string | undefined;
}>;

/** Describes a terminal for a list that a peer requests. Used by `TerminalService`. Pure. */
export function listingOf(
  { listing, opener, owner, pid, isCommand }: Terminal,
  { peerId, nameOf, shell, foreground, home }: ListingOptions,
): TerminalListing {
  const named = (device: TerminalDevice): string | null => (device.peerId === peerId ? null : nameOf(device));
  const front = pid === undefined ? undefined : foreground?.get(pid);
  const program = front === undefined ? undefined : runningProgram(front, isCommand, shell);
  return {
    ...listing,
    openedBy: named(opener),
    heldBy: named(owner),
    ...(program !== undefined && { program }),
    ...(front !== undefined && home !== undefined && { foreground: viewForeground(front, home) }),
  };
}

function viewForeground({ name, folder }: Foreground, home: string): ForegroundView {
  const hasHome = home.length <= MAX_FOLDER_CHARACTERS && DIRECTORY.test(home) && home.isWellFormed();
  return {
    program: name,
    ...(folder?.isWellFormed() === true && { folder }),
    ...(hasHome && { home }),
  };
}
