export type {
  ClosingMode,
  KeptTerminal,
  LabelledDevice,
  Pty,
  PtyBackend,
  PtyEvents,
  PtyExit,
  PtyRequest,
  TakeTerminal,
  TerminalLabel,
} from './backend.ts';
export { defaultShell, terminalEnvironment } from './environment.ts';
export type { ProgramStart, TerminalHome } from './environment.ts';
export { keptHosts } from './find-hosts.ts';
export type { FoundHost, KeptHosts } from './find-hosts.ts';
export { PtyHostBackend } from './host-backend.ts';
export type { HostBackendOptions } from './host-backend.ts';
export { launchHost } from './launch-host.ts';
export type { HostProcess, LaunchHost, LaunchOptions } from './launch-host.ts';
export { TERMINAL_LIMITS, TerminalService } from './service.ts';
export type { TerminalLimits, TerminalPeer, TerminalServiceOptions } from './service.ts';
export { MessageDuplex, type MessageEnd } from './message-duplex.ts';
export { listTerminals, openTerminal } from './client.ts';
export { signalName } from './signal-name.ts';
export type { OpenTerminalOptions, OpenTerminalParams, TerminalConnection } from './client.ts';
