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
import { Channel, parseHello, type GatewayWelcome } from './channel.ts';
import type { Credential } from './credentials.ts';
import type { NodeDeclaration } from './types.ts';

/** Limits of one attempt, ms: until the socket is open, then until the challenge, then until the answer; and of its last words. */
const LIMITS = { open: 20_000, challenge: 15_000, answer: 15_000, farewell: 1000 };
/** Events that may come with the welcome, before anybody listens. */
const MOST_EARLY = 256;

/** As what this device connects. */
export type RoleIdentity =
  | Readonly<{ role: 'operator'; access: OperatorAccess }>
  | Readonly<{ role: 'node'; surface: NodeDeclaration }>;

export type GatewayConnectionOptions = Readonly<{
  machine: GatewayMachine;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  gatewayId: string;
  gatewayName(): string;
  endpoint: GatewayEndpoint;
  /** The certificate trusted there; null leaves it to the system. */
  fingerprint: string | null;
  self: GatewaySelf;
  identity: RoleIdentity;
  credential: Credential;
}>;

/** How a connection ended, told once. `hello`: whether it had been accepted. */
export type ConnectionEnd = Readonly<{ error: unknown; closeCode: number; closeReason: string; hello: boolean }>;

export type ConnectionHandlers = Readonly<{
  connected(channel: Channel, hello: GatewayWelcome): void;
  ended(end: ConnectionEnd): void;
}>;

/**
 * One attempt to connect a role, and the connection that becomes of it: it never connects a second time by itself. Nothing is sent before the
 * certificate is the one that is trusted (the machine's socket) and the gateway has spoken first.
 */
export class GatewayConnection {
  readonly #options: GatewayConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #client: GatewayProtocolClient<GatewayChallenge>;
  readonly #gone = new AbortController();
  #socket: GatewaySocket | undefined;
  #problem: unknown;
  #channel: Channel | undefined;
  #early: EventFrame[] = [];
  #limit: Timer | undefined;
  #liveness: Timer | undefined;
  #heard = 0;
  #over = false;

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
              this.#expect(LIMITS.challenge);
              socket.open();
            },
            error: (error) => {
              this.#problem ??= error;
              socket.error(error);
            },
          },
          { signal: this.#gone.signal },
        );
        return this.#socket;
      },
      createRequestId: () => toHex(crypto.randomBytes(4)),
      createRequestError: (error) => {
        const refusal = new GatewayProtocolRequestError(error);
        // At once: the end of the connection may be told before the answer has gone through the library.
        if (this.#channel === undefined) this.#problem = refusal;
        return refusal;
      },
      buildConnectPlan: ({ nonce, challengeTs }) => {
        this.#expect(LIMITS.answer);
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
        this.#heard = clock.monotonic();
      },
      onCallbackError: (label, error) =>
        options.logger.error('a gateway could not be handled', { label, error: errorMessage(error) }),
      // Limits are kept by our own clock; these are the library's, behind them.
      handshake: { mode: 'require-challenge', timeoutMs: 2 * LIMITS.challenge },
      reconnect: { initialMs: LIMITS.open, multiplier: 1, maxMs: LIMITS.open },
    });
  }

  /** Begins. To be called once. */
  open(): void {
    this.#expect(LIMITS.open);
    this.#client.start();
  }

  /** Ends it; `ended` is not called any more. Idempotent. */
  close(): void {
    this.#finish();
  }

  /** There is reason to doubt that the other side is there: lost unless it answers anything within `timeout` ms. */
  probe(timeout: number): void {
    const channel = this.#channel;
    if (channel === undefined || this.#over) return;
    const method = channel.role === 'node' ? 'skills.bins' : 'health';
    channel.request(method, {}, { timeout }).catch((error: unknown) => {
      if (!this.#over && isNoAnswer(error)) this.#lost('it did not answer');
    });
  }

  #welcome(payload: HelloOk): void {
    const { clock, logger, gatewayId, identity, self } = this.#options;
    const hello = parseHello(payload);
    if (hello === undefined) {
      this.#end(gatewayError('gateway.not-gateway', 'the answer to connect is no welcome'), 1002);
      return;
    }
    this.#limit?.cancel();
    this.#socket?.welcome(hello.maxPayload);
    const gatewayName = (): string => this.#options.gatewayName();
    const facts = { gatewayId, gatewayName, role: identity.role, deviceId: self.key.id, hello };
    const channel = new Channel(facts, { client: this.#client, clock, logger });
    channel.onDisowned = () => this.#lost('another connection has taken its place');
    this.#channel = channel;
    this.#watch(hello.tick);
    this.#handlers.connected(channel, hello);
    const early = this.#early;
    this.#early = [];
    for (const event of early) this.#deliver(event);
  }

  #deliver(frame: EventFrame): void {
    if (this.#over) return;
    if (this.#channel !== undefined) this.#channel.deliver(frame.event, frame.payload);
    else if (this.#early.length < MOST_EARLY) this.#early.push(frame);
  }

  /** Nothing at all within two ticks: whatever the socket looks like, nobody is there. */
  #watch(tick: number): void {
    const { clock } = this.#options;
    const left = this.#heard + 2 * tick - clock.monotonic();
    if (left <= 0) {
      this.#lost('nothing was heard for two ticks');
      return;
    }
    this.#liveness = clock.setTimer(Math.ceil(left), () => this.#watch(tick));
  }

  #expect(limit: number): void {
    if (this.#over || this.#channel !== undefined) return;
    this.#limit?.cancel();
    this.#limit = this.#options.clock.setTimer(limit, () => {
      this.#end(gatewayError('gateway.timeout', `nothing within ${limit} ms`), 1006);
    });
  }

  #lost(why: string): void {
    this.#end(gatewayError('gateway.lost', why, { closeCode: 1006 }), 1006);
  }

  #end(error: unknown, closeCode: number, closeReason = ''): void {
    if (this.#over) return;
    const hello = this.#channel !== undefined;
    this.#finish();
    this.#handlers.ended({ error, closeCode, closeReason, hello });
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#limit?.cancel();
    this.#liveness?.cancel();
    this.#early = [];
    this.#channel?.end();
    const isOpen = this.#socket?.isOpen() === true;
    this.#client.stop();
    // One that is open may still say that it ends.
    if (isOpen) this.#options.clock.setTimer(LIMITS.farewell, () => this.#gone.abort());
    else this.#gone.abort();
  }
}

function connectParams(options: GatewayConnectionOptions, challenge: GatewayChallenge): ConnectParams {
  const { self, identity, credential } = options;
  const now = Math.floor(options.clock.now());
  if (identity.role === 'node') return nodeConnect(self, { surface: identity.surface, credential, challenge, now });
  // No setup code is good for this role, and none is chosen for it.
  const own = credential.kind === 'setup' ? { kind: 'none' as const } : credential;
  return operatorConnect(self, { access: identity.access, credential: own, challenge, now });
}

function isNoAnswer(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'gateway.timeout';
}
