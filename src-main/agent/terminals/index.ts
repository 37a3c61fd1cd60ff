export type {
  ClosingMode,
  DetachedTerminal,
  LabelledDevice,
  Pty,
  PtyBackend,
  PtyEvents,
  PtyExit,
  PtyRequest,
  SnapshotPart,
  TakeTerminal,
  TerminalLabel,
} from './backend.ts';
export { defaultShell, terminalEnvironment } from './environment.ts';
export type { ShellCommand, TerminalHome } from './environment.ts';
export { keptHosts } from './find-hosts.ts';
export type { FoundHost, DetachedHosts } from './find-hosts.ts';
export type { Foreground, ReadForeground } from './foreground.ts';
export { PtyHostBackend } from './host-backend.ts';
export type { HostBackendOptions } from './host-backend.ts';
export { launchHost } from './launch-host.ts';
export type { HostProcess, LaunchHost, LaunchOptions } from './launch-host.ts';
export { readForeground } from './read-foreground.ts';
export { TerminalService } from './service.ts';
export {
  TERMINAL_LIMITS,
  type ServedTerminal,
  type TerminalLimits,
  type TerminalPeer,
  type TerminalServiceOptions,
} from './service-options.ts';
export { MessageDuplex, type MessageEnd } from './message-duplex.ts';
export { listShared, listTerminals, notifyShareChange, openTerminal, refusedOpening, shareTerminal } from './client.ts';
export { AUDIENCE_LIMITS } from './audience.ts';
export { Sharing } from './sharing.ts';
export type { TerminalDevice, TerminalRecorder } from './terminal.ts';
export { signalName } from './signal-name.ts';
export type { OpenTerminalOptions, OpenTerminalParams } from './client.ts';
export type { TerminalConnection } from './connection.ts';
export { findCommand } from './command-path.ts';
export { TerminalJournal } from './journal.ts';
export { programName, programPlace, realFile, realFolder } from './pty-request.ts';
export { TerminalSessions } from './terminal-sessions.ts';
export { closeInherited } from './inherited-descriptors.ts';
