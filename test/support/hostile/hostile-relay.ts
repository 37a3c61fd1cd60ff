import type {
  ControlChannel,
  ControlDialOptions,
  ControlHandlers,
  LinkDialOptions,
  RelayDialer,
  RelayEndpoint,
} from '#shared/relay-dialer/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromBase64Url, toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { verifyCertificate, type PeerId } from '#shared/identity/index.ts';
import { createMemoryChannelPair, type ByteChannel } from '#shared/link/index.ts';
import {
  agentMessage,
  decodeEarlyData,
  encodeEarlyData,
  welcomeTranscript,
  type AgentMessage,
  type HelloFacts,
  type RelayMessage,
  type RelayRole,
} from '#shared/relay-api/index.ts';
import { Bridge } from './bridge.ts';

/** What is sent to an agent: a message of the contract, or whatever a liar makes of it. */
export type Spoken = RelayMessage | Readonly<Record<string, unknown>>;

type Party = {
  readonly name: string;
  control: RelayControl | undefined;
  peerId: PeerId | undefined;
  role: RelayRole | undefined;
};
type Box = {
  readonly inviter: RelayControl;
  readonly deposit: string;
  joiner: RelayControl | undefined;
};

const PROJECT = 'ab'.repeat(16);
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A complete relay in memory, on no side of anybody's: it does what a relay does, but every message and every record passes through hooks by
 * which a test makes it lie. Records are held until both data connections are there, so that a test has each of them whole, in its hands.
 */
export class HostileRelay {
  readonly url = 'ws://127.0.0.1:7474';
  readonly seed = nativeBackend.randomBytes(32);
  readonly relayKey = nativeBackend.ed25519PublicKey(this.seed);
  readonly clock: Clock;
  readonly parties = new Map<string, Party>();
  readonly bridges: Bridge[] = [];
  readonly boxes = new Map<string, Box>();
  /** Everything that was heard and said, in order. */
  readonly journal: Readonly<{ who: string; heard: boolean; message: Spoken }>[] = [];

  /** What becomes of a message to an agent; nothing, another one, several. */
  toAgent: (name: string, message: RelayMessage) => readonly Spoken[] = (_name, message) => [message];
  /** The same for what an agent says, before the relay acts on it. */
  fromAgent: (name: string, message: AgentMessage) => readonly AgentMessage[] = (_name, message) => [message];
  /** Called for each new connection before it rings. */
  onBridge: (bridge: Bridge) => void = () => undefined;
  /** `control`: early data is passed on as it comes; `held`: with all other records, once data connections are there. */
  earlyData: 'held' | 'control' = 'held';
  /** Early data as it passes over control. */
  early: (bridge: Bridge, from: string, bytes: Uint8Array) => Uint8Array = (_bridge, _from, bytes) => bytes;
  /** Versions that it offers. */
  versions: readonly number[] = [1];
  /** Thrown at whoever dials. */
  dialError: Error | undefined;
  readonly #links = new Map<string, { bridge: Bridge; name: string; arrive(channel: ByteChannel): void }>();
  #nextNameplate = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The way of one device to this relay. */
  dialer(name: string): RelayDialer {
    return {
      control: async (endpoint: RelayEndpoint, options: ControlDialOptions): Promise<ControlChannel> => {
        await Promise.resolve();
        if (this.dialError !== undefined) throw this.dialError;
        const party = this.#party(name);
        return new RelayControl(this, party, endpoint.authority, options.signal);
      },
      link: (_endpoint, options) => this.#link(options),
    };
  }

  /** Says something to a device that it did not ask for. */
  tell(name: string, ...messages: readonly Spoken[]): void {
    for (const message of messages) this.party(name).control?.say(message);
  }

  tellBinary(name: string, bytes: Uint8Array): void {
    this.party(name).control?.sayBinary(bytes);
  }

  party(name: string): Party {
    const party = this.parties.get(name);
    if (party === undefined) throw new Error(`no ${name} here`);
    return party;
  }

  /** Breaks the control connection of a device. */
  hangUpOn(name: string): void {
    this.party(name).control?.drop(new Error('cut'));
  }

  /** The newest connection between devices. */
  get bridge(): Bridge {
    const bridge = this.bridges.at(-1);
    if (bridge === undefined) throw new Error('nobody has called');
    return bridge;
  }

  /** Messages of a type that were heard from a device, or by anybody. */
  heard<Type extends AgentMessage['type']>(
    type: Type,
    name?: string,
  ): readonly Extract<AgentMessage, { type: Type }>[] {
    return this.journal
      .filter((entry) => entry.heard && entry.message.type === type && (name === undefined || entry.who === name))
      .map((entry) => entry.message as Extract<AgentMessage, { type: Type }>);
  }

  /** Honest again. */
  repent(): void {
    this.toAgent = (_name, message) => [message];
    this.fromAgent = (_name, message) => [message];
    this.onBridge = () => undefined;
    this.early = (_bridge, _from, bytes) => bytes;
    this.earlyData = 'held';
    this.dialError = undefined;
  }

  // — for its own parts —

  facts(control: RelayControl, hello: Extract<AgentMessage, { type: 'hello' }>): HelloFacts {
    return {
      relayKey: this.relayKey,
      authority: control.authority,
      tlsPin: control.tlsPin,
      certificate: fromBase64Url(hello.certificate),
      role: hello.role,
      relayNonce: control.nonce,
      clientNonce: fromBase64Url(hello.nonce),
      versionsOffered: this.versions,
      version: hello.version,
    };
  }

  arrived(control: RelayControl): void {
    control.send({
      type: 'challenge',
      versions: [...this.versions],
      relayKey: toBase64Url(this.relayKey),
      nonce: toBase64Url(control.nonce),
      admission: 'open',
    });
  }

  receive(control: RelayControl, text: string): void {
    const message = agentMessage.parse(JSON.parse(text));
    this.journal.push({ who: control.party.name, heard: true, message });
    for (const taken of this.fromAgent(control.party.name, message)) this.#act(control, taken);
  }

  receiveBinary(control: RelayControl, message: Uint8Array): void {
    const { connection, bytes } = decodeEarlyData(message);
    const bridge = this.#bridge(connection);
    if (bridge === undefined) return;
    const from = control.party.name;
    if (this.earlyData === 'held') bridge.push(from, bytes);
    else this.tellBinary(bridge.other(from), encodeEarlyData(connection, this.early(bridge, from, bytes)));
  }

  left(control: RelayControl): void {
    const { party } = control;
    for (const [key, box] of this.boxes) {
      if (box.inviter !== control && box.joiner !== control) continue;
      this.boxes.delete(key);
      const other = box.inviter === control ? box.joiner : box.inviter;
      other?.send({ type: 'mailbox-closed', reason: 'other-side' });
    }
    if (party.control !== control) return;
    party.control = undefined;
    if (party.role === 'agent' && party.peerId !== undefined) {
      for (const other of this.#online(party))
        other.control?.send({ type: 'presence', peer: party.peerId, online: false });
    }
    party.role = undefined;
  }

  #act(control: RelayControl, message: AgentMessage): void {
    const { party } = control;
    switch (message.type) {
      case 'hello':
        this.#welcome(control, message);
        return;
      case 'connect': {
        const target = this.#at(message.to);
        const { connection } = message;
        if (target === undefined || party.peerId === undefined) {
          control.send({ type: 'refused', connection, reason: 'offline' });
          return;
        }
        const bridge = new Bridge(connection, party.name, target.name);
        this.bridges.push(bridge);
        this.onBridge(bridge);
        target.control?.send({ type: 'incoming', connection, from: party.peerId, message1: message.message1 });
        return;
      }
      case 'accept': {
        const bridge = this.#bridge(message.connection);
        if (bridge === undefined) return;
        const { connection, message2 } = message;
        const ticket = (name: string): string => this.#ticket(bridge, name);
        const initiator = this.party(bridge.initiator).control;
        initiator?.send({ type: 'accepted', connection, message2, ticket: ticket(bridge.initiator) });
        control.send({ type: 'attach', connection, ticket: ticket(bridge.target) });
        return;
      }
      case 'refuse': {
        const bridge = this.#bridge(message.connection);
        if (bridge === undefined) return;
        this.party(bridge.initiator).control?.send({
          type: 'refused',
          connection: message.connection,
          reason: message.reason,
        });
        return;
      }
      case 'cancel': {
        const bridge = this.#bridge(message.connection);
        if (bridge === undefined) return;
        this.party(bridge.other(party.name)).control?.send({
          type: 'closed',
          connection: message.connection,
          reason: 'cancelled',
        });
        bridge.end();
        return;
      }
      case 'early-end': {
        if (this.earlyData === 'held') return;
        const bridge = this.#bridge(message.connection);
        if (bridge !== undefined) this.party(bridge.other(party.name)).control?.send(message);
        return;
      }
      case 'share-open':
        control.send({ type: 'ok', request: message.request });
        return;
      case 'share-close':
      case 'add-request':
        return;
      case 'mailbox-open': {
        const nameplate = message.mailbox === undefined ? this.#newNameplate() : undefined;
        this.boxes.set(message.mailbox ?? nameplate ?? '', {
          inviter: control,
          deposit: message.deposit,
          joiner: undefined,
        });
        control.send({
          type: 'mailbox-opened',
          request: message.request,
          ...(nameplate === undefined ? {} : { nameplate }),
          expiresIn: 600_000,
        });
        return;
      }
      case 'mailbox-claim': {
        const box = this.boxes.get(message.mailbox ?? message.nameplate ?? '');
        if (box === undefined || box.joiner !== undefined) {
          control.send({ type: 'error', code: 'nameplate', message: 'no', fatal: false, request: message.request });
          return;
        }
        box.joiner = control;
        control.send({ type: 'mailbox-claimed', request: message.request, deposit: box.deposit });
        box.inviter.send({ type: 'mailbox-joined' });
        return;
      }
      case 'mailbox-send':
        this.#otherInBox(control)?.send({ type: 'mailbox-message', body: message.body });
        return;
      case 'mailbox-close': {
        const other = this.#otherInBox(control);
        for (const [key, box] of this.boxes)
          if (box.inviter === control || box.joiner === control) this.boxes.delete(key);
        other?.send({ type: 'mailbox-closed', reason: 'other-side' });
        return;
      }
      case 'ping':
        control.send({ type: 'pong' });
        return;
      case 'pong':
      case 'message':
        return;
      case 'enrol':
      case 'remove':
        control.send({ type: 'ok', request: message.request });
    }
  }

  #welcome(control: RelayControl, hello: Extract<AgentMessage, { type: 'hello' }>): void {
    const { party } = control;
    const certificate = verifyCertificate(
      nativeBackend,
      fromBase64Url(hello.certificate),
      Math.floor(this.clock.now() / 1000),
    );
    party.peerId = certificate.peerId;
    party.role = hello.role;
    party.control = control;
    const agent = hello.role === 'agent';
    const online = agent ? this.#online(party) : [];
    const signature = nativeBackend.ed25519Sign(this.seed, welcomeTranscript(this.facts(control, hello)));
    control.send({
      type: 'welcome',
      version: hello.version,
      signature: toBase64Url(signature),
      projects: agent ? [{ id: PROJECT, role: 'owner' }] : [],
      online: online.flatMap((other) => other.peerId ?? []),
      pingInterval: 18_000,
      observedAddress: '192.0.2.9',
    });
    for (const other of online) other.control?.send({ type: 'presence', peer: certificate.peerId, online: true });
  }

  #ticket(bridge: Bridge, name: string): string {
    const ticket = toBase64Url(nativeBackend.randomBytes(32));
    this.#links.set(ticket, {
      bridge,
      name,
      arrive: (channel) => {
        bridge.arrive(name, channel);
        if (!bridge.isJoined || this.earlyData !== 'held') return;
        for (const side of [bridge.initiator, bridge.target]) {
          this.party(side).control?.send({ type: 'early-end', connection: bridge.id, bytes: 0 });
        }
      },
    });
    return ticket;
  }

  async #link({ ticket }: LinkDialOptions): Promise<ByteChannel> {
    const key = toBase64Url(ticket);
    const place = this.#links.get(key);
    if (place === undefined) throw new Error('no such ticket');
    this.#links.delete(key);
    const [ours, theirs] = createMemoryChannelPair();
    place.arrive(ours);
    await place.bridge.joined;
    return theirs;
  }

  #bridge(id: string): Bridge | undefined {
    return this.bridges.findLast((bridge) => bridge.id === id);
  }

  #online(except: Party): readonly Party[] {
    return [...this.parties.values()].filter((other) => other !== except && other.role === 'agent' && other.control);
  }

  #at(peerId: string): Party | undefined {
    return [...this.parties.values()].find((party) => party.role === 'agent' && party.peerId === peerId);
  }

  #otherInBox(control: RelayControl): RelayControl | undefined {
    for (const box of this.boxes.values()) {
      if (box.inviter === control) return box.joiner;
      if (box.joiner === control) return box.inviter;
    }
    return undefined;
  }

  #newNameplate(): string {
    const number = this.#nextNameplate;
    this.#nextNameplate += 1;
    return `AA${ALPHABET[Math.floor(number / 32) % 32] ?? ''}${ALPHABET[number % 32] ?? ''}`;
  }

  #party(name: string): Party {
    const party = this.parties.get(name) ?? { name, control: undefined, peerId: undefined, role: undefined };
    this.parties.set(name, party);
    return party;
  }
}

/** The relay's end of one control connection. */
export class RelayControl implements ControlChannel {
  readonly party: Party;
  readonly authority: string;
  readonly nonce = nativeBackend.randomBytes(32);
  readonly tlsPin = new Uint8Array(0);
  readonly remoteAddress = '192.0.2.1:7474';
  readonly bufferedBytes = 0;
  readonly id = toHex(nativeBackend.randomBytes(4));
  readonly #relay: HostileRelay;
  #handlers: ControlHandlers | undefined;
  #over = false;

  constructor(relay: HostileRelay, party: Party, authority: string, signal: AbortSignal) {
    this.#relay = relay;
    this.party = party;
    this.authority = authority;
    signal.addEventListener('abort', () => undefined, { once: true });
  }

  // — what the agent does —

  setHandlers(handlers: ControlHandlers): void {
    this.#handlers = handlers;
    this.#relay.arrived(this);
  }

  sendText(text: string): void {
    queueMicrotask(() => {
      if (!this.#over) this.#relay.receive(this, text);
    });
  }

  sendBinary(bytes: Uint8Array): void {
    const copy = bytes.slice();
    queueMicrotask(() => {
      if (!this.#over) this.#relay.receiveBinary(this, copy);
    });
  }

  ping(): void {
    queueMicrotask(() => this.#handlers?.alive('pong'));
  }

  close(): void {
    // What was said before still arrives.
    queueMicrotask(() => this.#leave());
  }

  terminate(): void {
    this.#leave();
  }

  // — what the relay does —

  /** Through the hook. */
  send(message: RelayMessage): void {
    for (const spoken of this.#relay.toAgent(this.party.name, message)) this.say(spoken);
  }

  say(message: Spoken): void {
    this.#relay.journal.push({ who: this.party.name, heard: false, message });
    const text = JSON.stringify(message);
    queueMicrotask(() => {
      if (!this.#over) this.#handlers?.text(text);
    });
  }

  sayBinary(bytes: Uint8Array): void {
    queueMicrotask(() => {
      if (!this.#over) this.#handlers?.binary(bytes);
    });
  }

  drop(error?: Error): void {
    if (this.#over) return;
    const handlers = this.#handlers;
    this.#leave();
    handlers?.closed(error);
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#relay.left(this);
  }
}
