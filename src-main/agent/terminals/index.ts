export { createTerminals, type TerminalsModule } from './module.ts';
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
} from './pty-host/backend.ts';
export { defaultShell, programEnvironment, terminalEnvironment } from './process/environment.ts';
export type { ShellCommand, TerminalHome } from './process/environment.ts';
export { createDetachedHosts } from './pty-host/detached-hosts.ts';
export type { FoundHost, DetachedHosts } from './pty-host/detached-hosts.ts';
export type { Foreground, ReadForeground } from './process/foreground.ts';
export { PtyHostBackend } from './pty-host/host-backend.ts';
export type { HostBackendOptions } from './pty-host/host-backend.ts';
export { launchHost } from './pty-host/launch-host.ts';
export type { HostProcess, LaunchHost, LaunchOptions } from './pty-host/launch-host.ts';
export { readForeground } from './process/read-foreground.ts';
export { TerminalService } from './service.ts';
export {
  TERMINAL_LIMITS,
  type ServedTerminal,
  type TerminalLimits,
  type TerminalPeer,
  type TerminalServiceOptions,
} from './service-options.ts';
export { MessageDuplex, type MessageEnd } from './pty-host/message-duplex.ts';
export {
  listShared,
  listTerminals,
  notifyShareChange,
  openTerminal,
  refusedOpening,
  shareTerminal,
  TerminalChannels,
  type ChannelAbout,
  type OpenTerminalOptions,
  type OpenTerminalParams,
  type TerminalConnection,
} from './client/index.ts';
export type { SharedTerminalAccess } from './viewers/guest-access.ts';
export { AUDIENCE_LIMITS } from './viewers/audience.ts';
export { Sharing } from './viewers/sharing.ts';
export type { TerminalDevice, TerminalRecorder } from './terminal.ts';
export { signalName } from './process/signal-name.ts';
export { findCommand } from './process/command-path.ts';
export { TerminalJournal } from './journal.ts';
export { programName, workingDirectory, realFile, realFolder } from './pty-host/pty-request.ts';
export { TerminalSessions } from './process/terminal-sessions.ts';
export { closeInherited } from './pty-host/inherited-descriptors.ts';
