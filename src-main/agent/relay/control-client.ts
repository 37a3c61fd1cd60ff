import type { ControlChannel, RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import {
  RELAY_LIMITS,
  relayMessage,
  versionOf,
  type AgentMessage,
  type RelayMessage,
} from '#shared/relay-api/index.ts';
import { RelayClientError, handlingError, protocolError, relayError } from './errors.ts';
import { RelayHello, type RelayHelloOptions } from './hello.ts';
import { RelayLiveness } from './liveness.ts';
import type { RelayClientOptions } from './types.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Last message of the mutual authentication. It contains the relay's proof and the online peers. */
export type WelcomeMessage = Extract<RelayMessage, { type: 'welcome' }>;
/** Messages that the relay may send once both sides have authenticated. */
export type AuthenticatedMessage = Exclude<RelayMessage, { type: 'challenge' | 'welcome' | 'ping' | 'pong' }>;

/** Relay that has authenticated: its welcome, its Ed25519 key, and the SHA-256 of its TLS key (empty without TLS). */
export type AuthenticatedRelay = Readonly<{ welcome: WelcomeMessage; relayKey: Uint8Array; tlsPin: Uint8Array }>;

/** Receivers of a control connection's events. */
export interface ControlClientHandlers {
  /** Called once both sides have authenticated. */
  opened(relay: AuthenticatedRelay): void;
  message(message: AuthenticatedMessage): void;
  /** Receives a binary message: the first bytes of a relay path, sent before its data connection is ready (`EarlyDataChannel`). */
  earlyData(bytes: Uint8Array): void;
  /** Called once, after all other calls, with the reason for the end. */
  closed(error: ClawReachError): void;
}

/** Longest welcome, bytes. It lists the online devices, so it may exceed the limit of other control messages. */
const WELCOME_LIMIT = 1024 * 1024;
/** Unsent bytes above which pings aren't answered. */
const PONG_BUFFER = 64 * 1024;
/** Events that may wait for the signature of the hello. A lawful relay sends at most an error then, and closes. */
const MOST_HELD = 8;

/**
 * One control connection to a relay over a WebSocket, from dialing to its end. Both sides first authenticate: the relay sends a challenge, this
 * device a signed hello, and the relay a welcome. Then pings check that the relay still answers. An invalid or unexpected message ends the connection
 * with an error. Used by `RelayClient` and `connectAsJoiner`. Stores nothing.
 */
export class ControlClient {
  readonly #options: RelayClientOptions;
  readonly #handlers: ControlClientHandlers;
  readonly #endpoint: RelayEndpoint;
  readonly #role: RelayHelloOptions['role'];
  readonly #dialing = new AbortController();
  #state: 'dialing' | 'challenge' | 'welcome' | 'open' | 'over' = 'dialing';
  #channel: ControlChannel | undefined;
  #hello: RelayHello | undefined;
  #liveness: RelayLiveness | undefined;
  #timer: Timer | undefined;
  /** Events of the channel that came while the hello was signed, in order; undefined at any other time. */
  #held: (() => void)[] | undefined;

  constructor(
    options: RelayClientOptions,
    endpoint: RelayEndpoint,
    role: RelayHelloOptions['role'],
    handlers: ControlClientHandlers,
  ) {
    this.#options = options;
    this.#endpoint = endpoint;
    this.#role = role;
    this.#handlers = handlers;
  }

  /** Dials the relay and authenticates. Calls the handlers `opened` or `closed` with the outcome. */
  open(): void {
    const { dialer, config } = this.#options;
    const options = config.tlsPin === undefined ? {} : { tlsPin: config.tlsPin };
    dialer.control(this.#endpoint, { signal: this.#dialing.signal, ...options }).then(
      (channel) => this.#connected(channel),
      (error: unknown) => this.fail(asKnown(error)),
    );
  }

  /** True while the connection is authenticated. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Sends a control message. Does nothing once the connection has ended. */
  send(message: AgentMessage): void {
    if (this.#state !== 'over') this.#channel?.sendText(JSON.stringify(message));
  }

  /** Sends the first bytes of a relay path. Does nothing unless the connection is open. */
  sendEarlyData(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#channel?.sendBinary(bytes);
  }

  /** Ends the connection unless the relay answers within `timeout` ms. */
  probe(timeout: number): void {
    this.#liveness?.probe(timeout);
  }

  /** Cuts the connection at once and reports this error to `closed`. */
  fail(error: ClawReachError): void {
    if (this.#state === 'over') return;
    this.#leave();
    this.#channel?.terminate();
    this.#handlers.closed(error);
  }

  /** Closes the connection with the WebSocket's closing handshake. */
  close(): void {
    if (this.#state === 'over') return;
    this.#leave();
    this.#channel?.close();
    this.#handlers.closed(new RelayClientError('relay.stopped', 'closed by this device'));
  }

  #leave(): void {
    this.#state = 'over';
    this.#held = undefined;
    this.#timer?.cancel();
    this.#liveness?.stop();
    this.#dialing.abort();
  }

  #connected(channel: ControlChannel): void {
    if (this.#state === 'over') {
      channel.terminate();
      return;
    }
    this.#channel = channel;
    this.#state = 'challenge';
    this.#timer = this.#options.clock.setTimer(RELAY_LIMITS.helloTimeout, () => {
      this.fail(new RelayClientError('relay.timeout', 'the relay did not complete its welcome in time'));
    });
    channel.setHandlers({
      text: (text) => this.#inOrder(() => this.#onText(text)),
      binary: (bytes) => this.#inOrder(() => this.#onBinary(bytes)),
      alive: (sign) => {
        if (sign === 'pong') this.#liveness?.answered();
        else this.#liveness?.heard();
      },
      closed: (error) => {
        const reason = error === undefined ? 'the relay closed the connection' : error.message;
        this.#inOrder(() => this.fail(new RelayClientError('relay.lost', reason, { cause: error })));
      },
    });
  }

  /** Handles an event of the channel: at once, or after those before it once the hello is sent. */
  #inOrder(event: () => void): void {
    if (this.#held === undefined) event();
    else if (this.#held.length < MOST_HELD) this.#held.push(event);
    else this.fail(protocolError('too many messages before the hello'));
  }

  #onText(text: string): void {
    if (this.#state === 'over') return;
    this.#liveness?.heard();
    let type: RelayMessage['type'] | undefined;
    try {
      const version = this.#hello?.version ?? 1;
      const message = parseMessage(text, this.#state === 'welcome' ? WELCOME_LIMIT : limitOf(version));
      type = message.type;
      if (versionOf(message) > version) throw protocolError('a message of a later version');
      this.#dispatch(message);
    } catch (error) {
      this.fail(type === undefined ? asKnown(error) : handlingError(error, type));
    }
  }

  #onBinary(bytes: Uint8Array): void {
    if (this.#state === 'over') return;
    this.#liveness?.heard();
    try {
      if (this.#state !== 'open') throw protocolError('early data before the welcome');
      this.#handlers.earlyData(bytes);
    } catch (error) {
      this.fail(handlingError(error, 'early-data'));
    }
  }

  #dispatch(message: RelayMessage): void {
    if (message.type === 'error' && (message.fatal || this.#state !== 'open')) {
      this.fail(relayError(message, this.#state === 'welcome' ? this.#hello?.shown : undefined));
    } else if (message.type === 'challenge') {
      if (this.#state !== 'challenge') throw protocolError('a second challenge');
      this.#held = [];
      this.#answer(message).catch((error: unknown) => this.fail(handlingError(error, message.type)));
    } else if (message.type === 'welcome') {
      if (this.#state !== 'welcome' || this.#hello === undefined) throw protocolError('an unexpected welcome');
      this.#welcomed(message, this.#hello);
    } else {
      if (this.#state !== 'open') throw protocolError(`${message.type} before the welcome`);
      if (message.type === 'ping') this.#pong();
      else if (message.type === 'pong') this.#liveness?.answered();
      else this.#handlers.message(message);
    }
  }

  /** Pings the relay: by a message from a web page, which can't send pings of the WebSocket protocol. */
  #ping(): void {
    if (this.#role === 'browser' || this.#role === 'guest') this.send({ type: 'ping' });
    else this.#channel?.ping();
  }

  /** Key that the relay has named in its challenge; proven only by a welcome. Undefined before the challenge. */
  get claimedKey(): Uint8Array | undefined {
    return this.#hello?.relayKey;
  }

  /** Answers a ping, unless the relay reads so little that answers would pile up. */
  #pong(): void {
    if ((this.#channel?.bufferedBytes ?? 0) < PONG_BUFFER) this.send({ type: 'pong' });
  }

  /** Signs the hello and sends it, and then handles what the relay has sent meanwhile. */
  async #answer(challenge: Extract<RelayMessage, { type: 'challenge' }>): Promise<void> {
    const hello = await RelayHello.create({
      crypto: this.#options.crypto,
      identity: this.#options.identity,
      role: this.#role,
      share: this.#options.share,
      authority: this.#endpoint.authority,
      tlsPin: this.#channel?.tlsPin ?? new Uint8Array(0),
      config: this.#options.config,
      software: this.#options.software,
      challenge: {
        relayKey: fromBase64Url(challenge.relayKey),
        nonce: fromBase64Url(challenge.nonce),
        versions: challenge.versions,
        admission: challenge.admission,
      },
    });
    if (this.#state !== 'challenge') return;
    this.#hello = hello;
    this.#state = 'welcome';
    this.send(hello.message);
    // More may be added while these are handled.
    for (const event of this.#held ?? []) event();
    this.#held = undefined;
  }

  #welcomed(welcome: WelcomeMessage, hello: RelayHello): void {
    hello.check(welcome.version, fromBase64Url(welcome.signature));
    const { others } = welcome;
    if (others !== undefined) hello.checkOthers(others.urls, fromBase64Url(others.signature));
    this.#timer?.cancel();
    this.#state = 'open';
    this.#liveness = new RelayLiveness({
      clock: this.#options.clock,
      interval: welcome.pingInterval,
      ping: () => this.#ping(),
      dead: () => this.fail(new RelayClientError('relay.lost', 'the relay stopped answering')),
    });
    this.#handlers.opened({ welcome, relayKey: hello.relayKey, tlsPin: this.#channel?.tlsPin ?? new Uint8Array(0) });
  }
}

/** Parses a control message. @throws {RelayClientError} `relay.protocol` */
export function parseMessage(text: string, limit: number = RELAY_LIMITS.controlMessage): RelayMessage {
  if (text.length > limit) throw protocolError('a message that is too long');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw protocolError('a message that is not JSON', error);
  }
  const parsed = safeParse(relayMessage, json);
  if (!parsed.success) throw protocolError('a message outside the schema', parsed.error);
  return parsed.data;
}

/** Returns the longest message after the welcome, bytes. */
function limitOf(version: number): number {
  return version >= 3 ? RELAY_LIMITS.messageWithBody : RELAY_LIMITS.controlMessage;
}

function asKnown(error: unknown): ClawReachError {
  return error instanceof ClawReachError
    ? error
    : new RelayClientError('relay.unreachable', errorMessage(error), { cause: error });
}
