import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile, LineFile, SecretStore } from '#shared/storage.ts';
import type { InterfaceAddress, RelayDialer } from '#node/sockets/index.ts';
import type { DirectTransport } from './direct/index.ts';
import type { GatewayAgentOptions } from './gateway-parts.ts';
import type { SshMachine } from './ssh/index.ts';
import type { Lookup } from './targets/index.ts';
import type { TerminalServiceOptions } from './terminals/index.ts';

/** Everything the agent touches of its machine. */
export type AgentOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  version: string;
  pid: number;
  /** Where the profile lives, for people. */
  profile: string;
  /** Name of a device that starts for the first time. */
  deviceName: string;
  secret: SecretStore;
  files: Readonly<{
    settings: DocumentFile;
    peers: DocumentFile;
    approvals: DocumentFile;
    forwards: DocumentFile;
    audit: LineFile;
  }>;
  dialer: RelayDialer;
  /** Direct connections, where this device can have any. */
  direct?: DirectTransport | undefined;
  /** Addresses of this machine, to notice that it is in another network; without it somebody else calls `networkChanged`. */
  interfaces?: (() => readonly InterfaceAddress[]) | undefined;
  /** Tunnels through SSH servers: the keys these are known by, and the person's own things; without it there are none. */
  ssh?: Readonly<{ hostKeys: DocumentFile; machine: SshMachine }> | undefined;
  /** Gateways of OpenClaw; without it there are none. */
  gateways?: GatewayAgentOptions | undefined;
  /** Saved gateways of peers, and workflows; without it there is no remote control. */
  remotes?: DocumentFile | undefined;
  /** Addresses of a name, for what peers reach through this device; the system's unless it is given. */
  lookup?: Lookup | undefined;
  terminals: Omit<
    TerminalServiceOptions,
    'clock' | 'logger' | 'createName' | 'audit' | 'decision' | 'isOwn' | 'nameOf'
  >;
}>;
