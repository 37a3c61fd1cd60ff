import {
  GatewayProtocolClient,
  GatewayProtocolRequestError,
  type ConnectParams,
  type EventFrame,
  type HelloOk,
} from '@openclaw/gateway-client/browser';
import type { GatewayEndpoint, OperatorAccess } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorMessage } from '#shared/errors.ts';
import {
  gatewayError,
  nodeConnect,
  operatorConnect,
  type GatewayChallenge,
  type GatewayMachine,
  type GatewaySelf,
  type GatewaySocket,
} from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import { Channel, parseWelcome, type GatewayWelcome } from './channel.ts';
import type { Credential } from './credentials.ts';
import type { NodeDeclaration } from './gateway-directory.ts';

/** Time limits of one attempt, ms: until the socket is open, until the challenge, until the answer; and for sending the close frame. */
const LIMITS = { open: 20_000, challenge: 15_000, answer: 15_000, farewell: 1000 };
/** Most events that are kept until the welcome has been handled. */
const MOST_EARLY = 256;

/** Role in which this device connects, with the access it asks for or the commands it declares. */
export type RoleIdentity =
  | Readonly<{ role: 'operator'; access: OperatorAccess }>
  | Readonly<{ role: 'node'; declaration: NodeDeclaration }>;

/** Options of `GatewayConnection`. */
export type GatewayConnectionOptions = Readonly<{
  machine: GatewayMachine;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  gatewayId: string;
  gatewayName(): string;
  endpoint: GatewayEndpoint;
  /** Fingerprint of the trusted certificate; null leaves the decision to the system. */
  fingerprint: string | null;
  self: GatewaySelf;
  identity: RoleIdentity;
  credential: Credential;
}>;

/** End of a connection, reported once. `hello`: the gateway had accepted it. */
export type ConnectionEnd = Readonly<{ error: unknown; closeCode: number; closeReason: string; hello: boolean }>;

/** Callbacks of `GatewayConnection`. */
export type ConnectionHandlers = Readonly<{
  connected(channel: Channel, hello: GatewayWelcome): void;
  ended(end: ConnectionEnd): void;
}>;

/**
 * One attempt to connect a role to a gateway by WebSocket, and the resulting connection. Never reconnects by itself; `RoleLink` makes a new one.
 * Sends nothing before the socket has verified the certificate and the gateway has sent its challenge.
 */
export class GatewayConnection {
  readonly #options: GatewayConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #client: GatewayProtocolClient<GatewayChallenge>;
  readonly #abort = new AbortController();
  #socket: GatewaySocket | undefined;
  #problem: unknown;
  #channel: Channel | undefined;
  #early: EventFrame[] = [];
  #limit: Timer | undefined;
  #liveness: Timer | undefined;
  #lastActivity = 0;
  #isOver = false;

  constructor(options: GatewayConnectionOptions, handlers: ConnectionHandlers) {
    const { crypto, clock } = options;
    this.#options = options;
    this.#handlers = handlers;
    this.#client = new GatewayProtocolClient<GatewayChallenge>({
      createSocket: (socket) => {
        this.#socket = options.machine.open(
          options.endpoint,
          { fingerprint: options.fingerprint },
          {
            ...socket,
            open: () => {
              this.#startLimit(LIMITS.challenge);
              socket.open();
            },
            error: (error) => {
              this.#problem ??= error;
              socket.error(error);
            },
          },
          { signal: this.#abort.signal },
        );
        return this.#socket;
      },
      createRequestId: () => toHex(crypto.randomBytes(4)),
      createRequestError: (error) => {
        const refusal = new GatewayProtocolRequestError(error);
        // Recorded here already: the library may report the end of the connection before this error.
        if (this.#channel === undefined) this.#problem = refusal;
        return refusal;
      },
      buildConnectPlan: ({ nonce, challengeTs }) => {
        this.#startLimit(LIMITS.answer);
        return { nonce: nonce ?? '', time: challengeTs ?? null };
      },
      buildConnectParams: (challenge) => connectParams(options, challenge),
      onConnectHello: (hello) => this.#welcome(hello),
      onConnectFailure: (error) => {
        this.#problem ??= error;
        return { closeCode: 1000, closeReason: 'not let in' };
      },
      onConnectPlanError: (error) => {
        this.#problem = error;
        return { closeCode: 1000, closeReason: 'no request' };
      },
      resolveClose: () => ({ retry: false, notify: false }),
      onClose: ({ code, reason }) => this.#end(this.#problem, code, reason),
      onSocketFactoryError: (error) => this.#end(error, 1006),
      onEvent: (event) => this.#deliver(event),
      onGap: () => this.#channel?.missed(),
      onActivity: () => {
        this.#lastActivity = clock.monotonic();
      },
      onCallbackError: (label, error) =>
        options.logger.error('a gateway could not be handled', { label, error: errorMessage(error) }),
      // Our usable timers enforce the limits; the library's are only longer fallbacks.
      handshake: { mode: 'require-challenge', timeoutMs: 2 * LIMITS.challenge },
      reconnect: { initialMs: LIMITS.open, multiplier: 1, maxMs: LIMITS.open },
    });
  }

  /** Starts the attempt. Call it once. */
  open(): void {
    this.#startLimit(LIMITS.open);
    this.#client.start();
  }

  /** Closes the connection without calling `ended`. Idempotent. */
  close(): void {
    this.#finish();
  }

  /** Sends a request and closes the connection as lost if the gateway doesn't answer within `timeout` ms. */
  probe(timeout: number): void {
    const channel = this.#channel;
    if (channel === undefined || this.#isOver) return;
    const method = channel.role === 'node' ? 'skills.bins' : 'health';
    channel.request(method, {}, { timeout }).catch((error: unknown) => {
      if (!this.#isOver && isNoAnswer(error)) this.#lost('it did not answer');
    });
  }

  #welcome(payload: HelloOk): void {
    const { clock, logger, gatewayId, identity, self } = this.#options;
    const hello = parseWelcome(payload);
    if (hello === undefined) {
      this.#end(gatewayError('gateway.not-gateway', 'the answer to connect is no welcome'), 1002);
      return;
    }
    this.#limit?.cancel();
    this.#socket?.welcome(hello.maxPayload);
    const gatewayName = (): string => this.#options.gatewayName();
    const facts = { gatewayId, gatewayName, role: identity.role, deviceId: self.key.id, hello };
    const channel = new Channel(facts, { client: this.#client, clock, logger });
    channel.onReplaced = () => this.#lost('another connection has taken its place');
    this.#channel = channel;
    this.#watch(hello.tick);
    this.#handlers.connected(channel, hello);
    const early = this.#early;
    this.#early = [];
    for (const event of early) this.#deliver(event);
  }

  #deliver(frame: EventFrame): void {
    if (this.#isOver) return;
    if (this.#channel !== undefined) this.#channel.deliver(frame.event, frame.payload);
    else if (this.#early.length < MOST_EARLY) this.#early.push(frame);
  }

  /** Closes the connection as lost after two ticks without any traffic, even if the socket looks open. */
  #watch(tick: number): void {
    const { clock } = this.#options;
    const left = this.#lastActivity + 2 * tick - clock.monotonic();
    if (left <= 0) {
      this.#lost('nothing was heard for two ticks');
      return;
    }
    this.#liveness = clock.setTimer(Math.ceil(left), () => this.#watch(tick));
  }

  #startLimit(limit: number): void {
    if (this.#isOver || this.#channel !== undefined) return;
    this.#limit?.cancel();
    this.#limit = this.#options.clock.setTimer(limit, () => {
      this.#end(gatewayError('gateway.timeout', `nothing within ${limit} ms`), 1006);
    });
  }

  #lost(why: string): void {
    this.#end(gatewayError('gateway.lost', why, { closeCode: 1006 }), 1006);
  }

  #end(error: unknown, closeCode: number, closeReason = ''): void {
    if (this.#isOver) return;
    const hello = this.#channel !== undefined;
    this.#finish();
    this.#handlers.ended({ error, closeCode, closeReason, hello });
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#limit?.cancel();
    this.#liveness?.cancel();
    this.#early = [];
    this.#channel?.end();
    const isOpen = this.#socket?.isOpen() === true;
    this.#client.stop();
    // An open socket still gets to send its close frame.
    if (isOpen) this.#options.clock.setTimer(LIMITS.farewell, () => this.#abort.abort());
    else this.#abort.abort();
  }
}

function connectParams(options: GatewayConnectionOptions, challenge: GatewayChallenge): ConnectParams {
  const { self, identity, credential } = options;
  const now = Math.floor(options.clock.now());
  if (identity.role === 'node')
    return nodeConnect(self, { declaration: identity.declaration, credential, challenge, now });
  // Setup codes admit nodes only, and `chooseCredential` offers operators none.
  const usable = credential.kind === 'setup' ? { kind: 'none' as const } : credential;
  return operatorConnect(self, { access: identity.access, credential: usable, challenge, now });
}

function isNoAnswer(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'gateway.timeout';
}
