import type { RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { TerminalListing } from '#shared/terminal/index.ts';
import type { PeerHistory } from '../history/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { PtyBackend } from './pty-host/backend.ts';
import type { ShellCommand, TerminalHome } from './process/environment.ts';
import type { ReadForeground } from './process/foreground.ts';
import type { TerminalSessions } from './process/terminal-sessions.ts';
import type { Terminal, TerminalDevice, TerminalRecorder } from './terminal.ts';

/** Most terminals and commands at a time, as `TerminalTable` enforces them. */
export type TerminalLimits = Readonly<{ perPeer: number; total: number }>;
export const TERMINAL_LIMITS: TerminalLimits = { perPeer: 32, total: 256 };

/** Running commands as `ExecService` reports them. */
export type RunningCommands = Readonly<{
  readonly size: number;
  countOf(peerId: PeerId): number;
  listedFor(peerId: PeerId): readonly TerminalListing[];
}>;

export type TerminalServiceOptions = Readonly<{
  backend: PtyBackend;
  clock: Clock;
  logger: Logger;
  home: TerminalHome;
  /** Version of this program, which its terminals name. */
  version?: string;
  /** Returns the peer's right `terminal`: allow, ask or deny. */
  decision(peerId: PeerId): RightDecision;
  /** Returns the peer's right `view`; `deny` for an unknown peer. */
  viewDecision?(peerId: PeerId): RightDecision;
  /** Called when a peer notifies this device that the terminals shared with it have changed. */
  onNoticed?(peerId: PeerId): void;
  /** Called when the terminals shared with a peer have changed. */
  onShared?(peerId: PeerId): void;
  /** Creates a recorder for a peer's terminal; undefined if it isn't recorded. */
  record?(peer: TerminalPeer, title: string, cols: number, rows: number): TerminalRecorder | undefined;
  /** Tells whether the peer is marked as a device of the same person. */
  isMyDevice(peerId: PeerId): boolean;
  /** Returns the peer's name; undefined once it is unknown. */
  nameOf(peerId: PeerId): string | undefined;
  /** Returns the ID of a new terminal: 16 random bytes in hexadecimal. */
  createId(): string;
  limits?: Partial<TerminalLimits>;
  /** Commands that run here without a terminal; they count towards the limits, and are listed on request. */
  commands?: RunningCommands | undefined;
  /** Shell to start instead of the user's login shell. */
  shell?: ShellCommand;
  /** Reads the programs in the foreground of terminals; undefined leaves them out of lists. */
  foreground?: ReadForeground;
  /** Ends programs that outlive their terminals when a right is revoked; if undefined, they go on. */
  sessions?: TerminalSessions;
  audit?: Pick<AuditLog, 'record'>;
  history?: Pick<PeerHistory, 'begin' | 'resume' | 'end'> & Partial<Pick<PeerHistory, 'describe'>>;
}>;

export type TerminalPeer = TerminalDevice;

/** Terminal that runs on this device for a peer, as this device's window shows it. */
export type ServedTerminal = Terminal['listing'] &
  Readonly<{
    peerId: PeerId;
    peerName: string;
    viewers: Terminal['audience']['state'];
    /** Time at which it ends unless a device attaches, ms since 1970. */
    endsAt?: number;
  }>;
