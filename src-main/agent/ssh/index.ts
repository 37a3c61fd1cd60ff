export { SshConnection, type SshConnectionOptions, type SshState } from './connection.ts';
export { dialDirectly, dialThrough } from './dial.ts';
export { isLasting, SshError, type SshCode } from './errors.ts';
export { HostKeys, type HostKeyVerdict, type SshPlace } from './host-keys.ts';
export { parseKnownHosts, type KnownHost } from './known-hosts.ts';
export type { LoginMachine } from './login.ts';
export { SshUpstream } from './upstream.ts';
export { SshParts, type SshMachine } from './parts.ts';
export { SshTunnel } from './tunnel.ts';
