import type { WebRtcSockets } from '#shared/webrtc/index.ts';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import type { InterfaceAddress } from '#shared/direct/index.ts';
import type { OpenPort } from '#shared/app-api/index.ts';
import type { ClearableLineFile, DocumentFile, FileFolder } from '#shared/storage.ts';
import type { LanSockets } from '#node/discovery/index.ts';
import type { RelayRoute } from '#node/sockets/index.ts';
import type { CoreOptions } from './core/core.ts';
import type { DirectTransport } from './direct/index.ts';
import type { TransferFiles } from './files/index.ts';
import type { MessageFiles } from './messages/index.ts';
import type { GatewayAgentOptions } from './openclaw/index.ts';
import type { PlainRelayAgentOptions } from './plain-relay/index.ts';
import type { RelayClientConfig } from './relay/index.ts';
import type { RelayPageOptions } from './relay-page/index.ts';
import type { RelayServerOptions } from './relay-server/index.ts';
import type { SshMachine } from './forwards/ssh/index.ts';
import type { MachineFacts } from './about/index.ts';
import type { SshConfigAgentOptions } from './ssh-config/index.ts';
import type { AddressLookup } from './targets/index.ts';
import type { SendMagicPackets } from './wake-on-lan/index.ts';
import type { TerminalServiceOptions } from './terminals/index.ts';

/** Parts of the machine that an `Agent` uses: clock, files, sockets, services. The owner of the agent (`src-main/local`, tests) creates them. */
export type AgentOptions = Omit<CoreOptions, 'files' | 'identity' | 'plainRelays'> &
  Readonly<{
    files: CoreOptions['files'] &
      Readonly<{
        forwards: DocumentFile;
        /** History of what this device and its peers did together; undefined: kept in memory while the agent runs. */
        history?: ClearableLineFile | undefined;
        /** Bytes that the links carried today; undefined: kept in memory while the agent runs. */
        traffic?: DocumentFile | undefined;
      }>;
    dialer: RelayDialer;
    /** Returns the ticket that admits this device to a project of the relay; undefined: none. */
    enrolTicket?: RelayClientConfig['enrolTicket'];
    /** Proxy settings that `dialer` uses; undefined: they can't be changed. */
    route?: RelayRoute | undefined;
    /** Direct TCP connections; undefined: the agent makes and accepts none. */
    direct?: DirectTransport | undefined;
    /** UDP connections over WebRTC; undefined: the agent makes and accepts none. */
    webrtc?: WebRtcSockets | undefined;
    /** Sockets for discovery in the local network; undefined: the agent discovers no devices. */
    lan?: LanSockets | undefined;
    /**
     * Returns the addresses of this machine, to notice a change of network and to keep peers from protected ports of this machine. Undefined: the
     * agent's owner calls `networkChanged`, and targets at this machine are recognized only by loopback addresses and its names.
     */
    interfaces?: (() => readonly InterfaceAddress[]) | undefined;
    /** Returns the facts about this machine, which peers with a right here may learn; undefined: they learn none. */
    machine?: (() => MachineFacts) | undefined;
    /** Sends packets that wake machines into the networks of this one; undefined: it wakes none. */
    sendMagicPackets?: SendMagicPackets | undefined;
    /** Lists the TCP ports on which programs of this machine listen, for peers with the right `forward`; undefined: none are named. */
    openPorts?: (() => Promise<readonly OpenPort[]>) | undefined;
    /** Tunnels through SSH servers: known host keys, and the user's SSH configuration; undefined: there are no tunnels. */
    ssh?: Readonly<{ hostKeys: DocumentFile; machine: SshMachine }> | undefined;
    /** Commands that the person has saved; undefined: the agent keeps none. */
    savedCommands?: DocumentFile | undefined;
    /** The person's SSH configuration, which may have a host for each peer; undefined: the agent writes none. */
    sshConfig?: SshConfigAgentOptions | undefined;
    /** Page of this build, to compare with what the relay serves; undefined: a page is compared with its manifest only. */
    relayPage?: RelayPageOptions | undefined;
    /** Relays on servers: what is known of them, and packages for them; undefined: this device sets up none. */
    relayServers?: RelayServerOptions | undefined;
    /** OpenClaw gateways; undefined: the agent connects to none. */
    gateways?: GatewayAgentOptions | undefined;
    /** Plain relays, which read what they carry; undefined: the agent connects to none. */
    plainRelays?: PlainRelayAgentOptions | undefined;
    /** Agents of this machine, and the boxes of their messages; undefined: they exchange none. */
    messages?: MessageFiles | undefined;
    /** Transfers of files, and the inbox into which they go; undefined: the agent sends and takes none. */
    transfers?: TransferFiles | undefined;
    /** Folder for recordings of terminals; undefined: nothing is recorded. */
    recordings?: FileFolder | undefined;
    /** Document with the saved gateways of peers and this device's workflows; undefined: the agent exchanges no prompts with peers. */
    remotes?: DocumentFile | undefined;
    /** Resolves host names that peers want to reach through this device; undefined: the system's resolver. */
    lookup?: AddressLookup | undefined;
    terminals: Omit<
      TerminalServiceOptions,
      | 'clock'
      | 'logger'
      | 'createId'
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
