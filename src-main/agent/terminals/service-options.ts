import type { RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { TerminalListing } from '#shared/terminal/index.ts';
import type { SessionHistory } from '../history/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { PtyBackend } from './pty-host/backend.ts';
import type { ShellCommand, TerminalHome } from './process/environment.ts';
import type { ReadForeground } from './process/foreground.ts';
import type { TerminalSessions } from './process/terminal-sessions.ts';
import type { Terminal, TerminalDevice, TerminalRecorder } from './terminal.ts';

export type TerminalLimits = Readonly<{ perPeer: number; total: number }>;
export const TERMINAL_LIMITS: TerminalLimits = { perPeer: 32, total: 256 };

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
  /** Returns the decision on a peer's right `terminal`. */
  decision(peerId: PeerId): RightDecision;
  /** Returns the decision on a peer's right `view`: `deny` for an unknown peer. */
  viewDecision?(peerId: PeerId): RightDecision;
  /** A peer says that what it shares with this device has changed. */
  onNoticed?(peerId: PeerId): void;
  /** Called when what is shared with a peer has changed. */
  onShared?(peerId: PeerId): void;
  /** Creates a recorder for a peer's terminal; undefined if it isn't recorded. */
  record?(peer: TerminalPeer, title: string, cols: number, rows: number): TerminalRecorder | undefined;
  /** Reports whether the peer is marked as a device of the same person. */
  isOwn(peerId: PeerId): boolean;
  /** Returns the peer's name; undefined once it is unknown. */
  nameOf(peerId: PeerId): string | undefined;
  /** 16 random bytes in hexadecimal. */
  createName(): string;
  limits?: Partial<TerminalLimits>;
  /** Commands without a terminal that run here, which count as well and are listed for who asks for them. */
  commands?: RunningCommands | undefined;
  /** Instead of the user's login shell. */
  shell?: ShellCommand;
  /** Tells what runs in the foreground of terminals; without it nothing is said of that. */
  foreground?: ReadForeground;
  /** Ends what terminals leave when the right is taken back; without it that goes on. */
  sessions?: TerminalSessions;
  /** Log of who used this device, and when. */
  audit?: Pick<AuditLog, 'record'>;
  /** The same as sessions with a beginning and an end. */
  history?: Pick<SessionHistory, 'begin' | 'resume' | 'end'>;
}>;

export type TerminalPeer = TerminalDevice;

/** A terminal of this device, for the person here. */
export type ServedTerminal = Terminal['listing'] &
  Readonly<{ peerId: PeerId; peerName: string; viewers: Terminal['audience']['state'] }>;
