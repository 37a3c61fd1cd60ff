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
import type { AddressLookup } from './targets/index.ts';
import type { TerminalServiceOptions } from './terminals/index.ts';

/** Everything the agent touches of its machine. */
export type AgentOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  version: string;
  pid: number;
  /** Path of the profile, for people. */
  profile: string;
  /** Name of a device that starts for the first time. */
  deviceName: string;
  secret: SecretStore;
  /** Service manager that restarts this agent after an error; undefined where a person or the application has started it. */
  service?: ServiceKind | undefined;
  /** Problems with the files of the profile; without it, none are shown. */
  problems?: ProfileProblems | undefined;
  files: Readonly<{
    settings: DocumentFile;
    peers: DocumentFile;
    approvals: DocumentFile;
    forwards: DocumentFile;
    audit: LineFile;
    /** Sessions with peers; without it they are remembered while this agent runs. */
    history?: ClearableLineFile | undefined;
  }>;
  dialer: RelayDialer;
  /** Proxy settings that `dialer` uses; without it they can't be changed. */
  route?: RelayRoute | undefined;
  /** Direct connections; without it there are none. */
  direct?: DirectTransport | undefined;
  /** Connections over UDP, by WebRTC; without it there are none. */
  webrtc?: WebRtcSockets | undefined;
  /** Sockets for discovery in the local network; without it, no devices are found there. */
  lan?: LanSockets | undefined;
  /** Addresses of this machine, to notice that it is in another network; without it the owner of the agent calls `networkChanged`. */
  interfaces?: (() => readonly InterfaceAddress[]) | undefined;
  /** Tunnels through SSH servers: known host keys, and the SSH configuration of the user; without it there are none. */
  ssh?: Readonly<{ hostKeys: DocumentFile; machine: SshMachine }> | undefined;
  /** Gateways of OpenClaw; without it there are none. */
  gateways?: GatewayAgentOptions | undefined;
  /** Folder for recordings of terminals; without it nothing is recorded. */
  recordings?: FileFolder | undefined;
  /** Saved gateways of peers, and workflows; without it there are no prompts to peers. */
  remotes?: DocumentFile | undefined;
  /** Resolves host names that peers want to reach through this device; the system's resolver unless it is given. */
  lookup?: AddressLookup | undefined;
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
    | 'isMyDevice'
    | 'nameOf'
    | 'commands'
  >;
}>;
