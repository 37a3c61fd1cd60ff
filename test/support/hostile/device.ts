import { join } from 'node:path';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import { Agent, systemOf, type AgentOptions, type Feature, type DirectTransport } from '#agent/index.ts';
import type { PtyBackend } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { LanSockets } from '#node/discovery/index.ts';
import { listeningPorts } from '#node/forwarding/index.ts';
import type { RelayRoute } from '#node/sockets/index.ts';
import { AppApiClient, type AuditEntry, type PeerView, type Right } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { createIdentity, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import type { GatewayMachine } from '#shared/openclaw/gateway/index.ts';
import type { LogFields, Logger } from '#shared/logger.ts';
import { createTransportPair } from '../app-transport.ts';
import { temporaryDirectory } from '../directories.ts';
import { MemoryDocumentFile, MemoryLineFile } from '../memory-files.ts';
import { EchoShell } from './echo-shell.ts';

export type LogEntry = Readonly<{ level: string; message: string; fields: LogFields }>;

/** What stays of a device when its agent is stopped. */
export class DeviceDisk {
  readonly secret = nativeBackend.randomBytes(32);
  readonly settings = new MemoryDocumentFile();
  readonly peers = new MemoryDocumentFile();
  readonly approvals = new MemoryDocumentFile();
  readonly forwards = new MemoryDocumentFile();
  readonly gateways = new MemoryDocumentFile();
  readonly remotes = new MemoryDocumentFile();
  readonly plainRelays = new MemoryDocumentFile();
  readonly traffic = new MemoryDocumentFile();
  readonly audit = new MemoryLineFile();
}

export type TestDeviceOptions = Readonly<{
  name: string;
  dialer: RelayDialer;
  /** UDP connections; none unless given. */
  webrtc?: AgentOptions['webrtc'];
  /** Ticket for a project of the relay; none unless given. */
  enrolTicket?: AgentOptions['enrolTicket'];
  /** The way `dialer` takes; not to be chosen unless given. */
  route?: RelayRoute;
  /** Direct connections; none unless given. */
  direct?: DirectTransport;
  /** The local network; none unless given. */
  lan?: LanSockets;
  /** Facts about its machine; none unless given. */
  machine?: AgentOptions['machine'];
  /** Sends the packets that wake machines; it sends none unless given. */
  sendMagicPackets?: AgentOptions['sendMagicPackets'];
  /** Page of this build, for comparison; none unless given. */
  relayPage?: AgentOptions['relayPage'];
  clock?: Clock;
  crypto?: CryptoBackend;
  disk?: DeviceDisk;
  backend?: PtyBackend;
  environment?: NodeJS.ProcessEnv;
  /** Gateways of OpenClaw; none unless given. */
  gateways?: GatewayMachine;
  /** Plain relays; none unless given. */
  plainRelays?: Omit<NonNullable<AgentOptions['plainRelays']>, 'file' | 'configFor'>;
  /** Messages between agents; none unless given. */
  messages?: AgentOptions['messages'];
  /** Transfers of files; none unless given. */
  transfers?: AgentOptions['transfers'];
  /** Instead of `EchoShell`'s. */
  shell?: Readonly<{ file: string; args: readonly string[] }>;
  /** Features of its agent; all unless given. */
  features?: readonly Feature[];
}>;

/** A whole agent with a user interface at its app-api, on files in memory and any relay dialer. */
export class TestDevice {
  readonly name: string;
  readonly agent: Agent;
  readonly api: AppApiClient;
  readonly identity: DeviceIdentity;
  readonly disk: DeviceDisk;
  readonly shell: EchoShell;
  readonly log: LogEntry[];

  static async create(options: TestDeviceOptions): Promise<TestDevice> {
    const { name, dialer, clock = systemClock, crypto = nativeBackend } = options;
    const disk = options.disk ?? new DeviceDisk();
    const shell = new EchoShell();
    const log: LogEntry[] = [];
    const agent = await Agent.create(
      {
        crypto,
        clock,
        logger: collectingLogger(log),
        version: '0.0.0',
        pid: 1,
        profile: 'memory',
        deviceName: name,
        secret: {
          load: () => Promise.resolve(disk.secret.slice()),
          save: () => Promise.resolve(),
          describe: () => 'memory',
        },
        files: disk,
        dialer,
        enrolTicket: options.enrolTicket,
        webrtc: options.webrtc,
        direct: options.direct,
        lan: options.lan,
        machine: options.machine,
        sendMagicPackets: options.sendMagicPackets,
        system: systemOf(process.platform),
        openPorts: listeningPorts,
        route: options.route,
        relayPage: options.relayPage,
        remotes: disk.remotes,
        messages: options.messages,
        transfers: options.transfers,
        ...(options.plainRelays === undefined
          ? {}
          : {
              plainRelays: {
                ...options.plainRelays,
                file: disk.plainRelays,
                configFor: (host: string) => join(temporaryDirectory(), `${host}.json`),
              },
            }),
        ...(options.gateways === undefined
          ? {}
          : {
              gateways: {
                file: disk.gateways,
                requests: new MemoryDocumentFile(),
                machine: options.gateways,
                platform: 'linux',
              },
            }),
        terminals: {
          backend: options.backend ?? shell,
          home: {
            platform: 'linux',
            environment: options.environment ?? {},
            shell: '/bin/sh',
            username: 'tester',
            home: '/',
          },
          ...(options.shell === undefined ? {} : { shell: options.shell }),
        },
      },
      ...(options.features === undefined ? [] : [options.features]),
    );
    return new TestDevice(options, agent, { disk, shell, log, clock });
  }

  private constructor(
    options: TestDeviceOptions,
    agent: Agent,
    parts: Readonly<{ disk: DeviceDisk; shell: EchoShell; log: LogEntry[]; clock: Clock }>,
  ) {
    const [ours, theirs] = createTransportPair();
    agent.serve(theirs);
    this.name = options.name;
    this.agent = agent;
    this.api = new AppApiClient(ours);
    this.disk = parts.disk;
    this.shell = parts.shell;
    this.log = parts.log;
    const now = Math.floor(parts.clock.now() / 1000);
    this.identity = createIdentity(nativeBackend, parts.disk.secret, { generation: 1, now });
  }

  get peerId(): PeerId {
    return this.identity.peerId;
  }

  /** Sets the relay and waits until it is online or knows why not. @returns the problem, or null */
  async configure(url: string, admission?: string): Promise<string | null> {
    await this.api.call('relay.configure', { url, ...(admission === undefined ? {} : { admission }) });
    return this.#ready();
  }

  /** Starts the agent on what its disk says. */
  async start(): Promise<string | null> {
    this.agent.start();
    return this.#ready();
  }

  async peer(other: TestDevice): Promise<PeerView | undefined> {
    const peers = await this.api.call('peers.list', {});
    return peers.find(({ peerId }) => peerId === other.peerId);
  }

  async knows(other: TestDevice): Promise<boolean> {
    return (await this.peer(other)) !== undefined;
  }

  /** Codes for which a knock was not let in, in order. */
  get refusals(): readonly string[] {
    return this.log
      .filter(({ message, fields }) => message === 'a link was refused' && fields['part'] === 'links')
      .map(({ fields }) => String(fields['errorCode']));
  }

  async audit(event?: string): Promise<readonly AuditEntry[]> {
    const entries = await this.api.call('audit.list', { limit: 1000 });
    return event === undefined ? entries : entries.filter((entry) => entry.event === event);
  }

  async allow(other: TestDevice, decision: 'allow' | 'ask' | 'deny', expiresAt: number | null = null): Promise<void> {
    await this.api.call('rights.set', { peer: other.peerId, right: 'terminal', decision, expiresAt });
  }

  async #ready(): Promise<string | null> {
    const ready = this.api.call('relay.ready', { timeout: 10_000 });
    const code = await codeOf(ready);
    if (code !== 'no error') return code;
    const { state, problem } = await ready;
    return state === 'online' ? null : (problem ?? state);
  }

  async close(): Promise<void> {
    await this.agent.close('test');
    this.api.close();
  }
}

/** The code of the error a promise rejects with, or what it resolves to. */
export async function codeOf<Value>(promise: Promise<Value>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' ? code : String(error);
  }
}

export type Paired = Readonly<{ inviterWords: readonly string[]; joinerWords: readonly string[]; code: string | null }>;

/** Pairs over whatever relay both are at. `allow` is what each lets the other do. */
export async function pairDevices(
  inviter: TestDevice,
  joiner: TestDevice,
  options: Readonly<{
    form?: 'code' | 'link';
    allow?: readonly Right[];
    joinerAllows?: readonly Right[];
    /** Whether two people compare the words; they do unless told otherwise. */
    compare?: boolean;
  }> = {},
): Promise<Paired> {
  const { form = 'code', allow = ['terminal'], joinerAllows = [], compare = true } = options;
  const invitation = await inviter.api.call('pairing.invite', { allow: [...allow], link: form === 'link' });
  const result = inviter.api.call('pairing.result', { pairing: invitation.pairing });
  result.catch(() => undefined);
  const codeOrLink = invitation.code ?? invitation.link ?? '';
  const joined = await joiner.api.call('pairing.join', { codeOrLink, allow: [...joinerAllows] });
  const invited = await result;
  // As two people do who have compared them.
  if (compare && invited.words.join(' ') === joined.words.join(' ')) {
    await inviter.api.call('pairing.confirm', { peer: invited.peer.peerId, words: [...invited.words] });
    await joiner.api.call('pairing.confirm', { peer: joined.peer.peerId, words: [...joined.words] });
  }
  return { inviterWords: invited.words, joinerWords: joined.words, code: invitation.code ?? invitation.link };
}

function collectingLogger(log: LogEntry[], bound: LogFields = {}): Logger {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void log.push({ level, message, fields: { ...bound, ...fields } });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => collectingLogger(log, { ...bound, ...fields }),
  };
}
