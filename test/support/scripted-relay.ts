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
import { createMemoryChannelPair, type ByteChannel } from '#shared/link/index.ts';
import {
  agentMessage,
  decodeEarlyData,
  welcomeTranscript,
  type AgentMessage,
  type HelloFacts,
  type RelayMessage,
} from '#shared/relay-api/index.ts';
import { settle } from './fake-clock.ts';

type Hello = Extract<AgentMessage, { type: 'hello' }>;
export type RelayText = RelayMessage | Readonly<Record<string, unknown>>;

/** A relay in memory that does exactly what a test tells it, to be honest or not. */
export class ScriptedRelay implements RelayDialer {
  readonly seed = nativeBackend.randomBytes(32);
  readonly relayKey = nativeBackend.ed25519PublicKey(this.seed);
  readonly controls: ScriptedControl[] = [];
  /** The relay's ends of the data connections, by ticket. */
  readonly links = new Map<string, ByteChannel>();
  readonly dials: RelayEndpoint[] = [];
  /** Thrown by the next dials. */
  dialError: Error | undefined;
  linkError: Error | undefined;
  tlsPin: Uint8Array = new Uint8Array(0);

  async control(endpoint: RelayEndpoint, _options: ControlDialOptions): Promise<ControlChannel> {
    this.dials.push(endpoint);
    if (this.dialError !== undefined) throw this.dialError;
    const control = new ScriptedControl(this, endpoint.authority);
    this.controls.push(control);
    return control;
  }

  async link(_endpoint: RelayEndpoint, options: LinkDialOptions): Promise<ByteChannel> {
    if (this.linkError !== undefined) throw this.linkError;
    const [ours, theirs] = createMemoryChannelPair();
    this.links.set(toBase64Url(options.ticket), ours);
    return theirs;
  }

  /** The control connection dialed last. */
  get last(): ScriptedControl {
    const control = this.controls.at(-1);
    if (control === undefined) throw new Error('nobody has dialed');
    return control;
  }
}

/** The relay's end of one control connection. */
export class ScriptedControl implements ControlChannel {
  readonly tlsPin: Uint8Array;
  readonly remoteAddress = '192.0.2.1:7474';
  readonly bufferedBytes = 0;
  readonly sent: AgentMessage[] = [];
  readonly early: { connection: string; bytes: Uint8Array }[] = [];
  pings = 0;
  state: 'open' | 'closed' | 'terminated' = 'open';
  readonly #relay: ScriptedRelay;
  readonly #authority: string;
  readonly #nonce = nativeBackend.randomBytes(32);
  #handlers: ControlHandlers | undefined;

  constructor(relay: ScriptedRelay, authority: string) {
    this.#relay = relay;
    this.#authority = authority;
    this.tlsPin = relay.tlsPin;
  }

  // — what the client does —

  sendText(text: string): void {
    this.sent.push(agentMessage.parse(JSON.parse(text)));
  }

  sendBinary(bytes: Uint8Array): void {
    this.early.push(decodeEarlyData(bytes.slice()));
  }

  ping(): void {
    this.pings += 1;
  }

  setHandlers(handlers: ControlHandlers): void {
    this.#handlers = handlers;
  }

  close(): void {
    this.state = 'closed';
  }

  terminate(): void {
    this.state = 'terminated';
  }

  // — what the test does —

  say(message: RelayText): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(text: string): void {
    this.#handlers?.text(text);
  }

  sayBinary(bytes: Uint8Array): void {
    this.#handlers?.binary(bytes);
  }

  pong(): void {
    this.#handlers?.alive('pong');
  }

  drop(error?: Error): void {
    this.#handlers?.closed(error);
  }

  /** Asks for the hello; resolves when the client has had time to sign it. */
  async challenge(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.say({
      type: 'challenge',
      versions: [1],
      relayKey: toBase64Url(this.#relay.relayKey),
      nonce: toBase64Url(this.#nonce),
      admission: 'open',
      ...changes,
    });
    await settle(1);
  }

  get hello(): Hello {
    const hello = this.sent.find((message) => message.type === 'hello');
    if (hello?.type !== 'hello') throw new Error('no hello came');
    return hello;
  }

  /** What the client must have signed, as this relay knows it. */
  facts(versions: readonly number[] = [1]): HelloFacts {
    const { hello } = this;
    return {
      relayKey: this.#relay.relayKey,
      authority: this.#authority,
      tlsPin: this.tlsPin,
      certificate: fromBase64Url(hello.certificate),
      role: hello.role,
      relayNonce: this.#nonce,
      clientNonce: fromBase64Url(hello.nonce),
      versionsOffered: versions,
      version: hello.version,
    };
  }

  welcome(changes: Readonly<Record<string, unknown>> = {}, facts: HelloFacts = this.facts()): void {
    this.say({
      type: 'welcome',
      version: this.hello.version,
      signature: toBase64Url(nativeBackend.ed25519Sign(this.#relay.seed, welcomeTranscript(facts))),
      projects: [],
      online: [],
      pingInterval: 18_000,
      observedAddress: '192.0.2.9',
      ...changes,
    });
  }

  /** Challenge and welcome as an honest relay gives them. */
  async open(changes: Readonly<Record<string, unknown>> = {}, versions: readonly number[] = [1]): Promise<void> {
    await settle();
    await this.challenge({ versions });
    this.welcome(changes, this.facts(versions));
  }

  /** The last message of a type. */
  lastOf<Type extends AgentMessage['type']>(type: Type): Extract<AgentMessage, { type: Type }> {
    const message = this.sent.findLast((candidate) => candidate.type === type);
    if (message === undefined) throw new Error(`no ${type} came`);
    return message as Extract<AgentMessage, { type: Type }>;
  }

  count(type: AgentMessage['type']): number {
    return this.sent.filter((message) => message.type === type).length;
  }
}

/** A ticket as it stands in a message. */
export function ticketText(fill = 7): string {
  return toBase64Url(new Uint8Array(32).fill(fill));
}

export function idOf(fill: number): string {
  return toHex(new Uint8Array(16).fill(fill));
}
