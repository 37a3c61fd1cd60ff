import type { ServiceKind } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { ClearableLineFile, DocumentFile, FileFolder, LineFile, SecretStore } from '#shared/storage.ts';
import type { LanSockets } from '#node/discovery/index.ts';
import type { InterfaceAddress, RelayDialer, RelayRoute } from '#node/sockets/index.ts';
import type { WebRtcSockets } from '#node/webrtc/index.ts';
import type { DirectTransport } from './direct/index.ts';
import type { ProfileProblems } from './core/store/index.ts';
import type { GatewayAgentOptions } from './openclaw/index.ts';
import type { SshMachine } from './forwards/ssh/index.ts';
import type { ResolvedAddresses } from './targets/index.ts';
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
  /** What starts this agent again when it has ended with an error; undefined where a person, or the application, has started it. */
  service?: ServiceKind | undefined;
  /** What is wrong with the files, from the start on; without it nobody is told. */
  problems?: ProfileProblems | undefined;
  files: Readonly<{
    settings: DocumentFile;
    peers: DocumentFile;
    approvals: DocumentFile;
    forwards: DocumentFile;
    audit: LineFile;
    /** Sessions with others; without it they are remembered while this agent runs. */
    history?: ClearableLineFile | undefined;
  }>;
  dialer: RelayDialer;
  /** The way that `dialer` takes, to be set as the person wants it; without it there is nothing to choose. */
  route?: RelayRoute | undefined;
  /** Direct connections, where this device can have any. */
  direct?: DirectTransport | undefined;
  /** Connections over UDP, by WebRTC; without it there are none. */
  webrtc?: WebRtcSockets | undefined;
  /** The local network, where devices are looked for; without it none are. */
  lan?: LanSockets | undefined;
  /** Addresses of this machine, to notice that it is in another network; without it somebody else calls `networkChanged`. */
  interfaces?: (() => readonly InterfaceAddress[]) | undefined;
  /** Tunnels through SSH servers: the keys these are known by, and the person's own things; without it there are none. */
  ssh?: Readonly<{ hostKeys: DocumentFile; machine: SshMachine }> | undefined;
  /** Gateways of OpenClaw; without it there are none. */
  gateways?: GatewayAgentOptions | undefined;
  /** Where recordings of terminals are kept; without it there are none. */
  recordings?: FileFolder | undefined;
  /** Saved gateways of peers, and workflows; without it there is no remote control. */
  remotes?: DocumentFile | undefined;
  /** Addresses of a name, for what peers reach through this device; the system's unless it is given. */
  lookup?: ResolvedAddresses | undefined;
  terminals: Omit<
    TerminalServiceOptions,
    | 'clock'
    | 'logger'
    | 'createName'
    | 'audit'
    | 'history'
    | 'decision'
    | 'viewDecision'
    | 'onShared'
    | 'onNoticed'
    | 'record'
    | 'isOwn'
    | 'nameOf'
    | 'commands'
  >;
}>;
