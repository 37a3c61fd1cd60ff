import * as z from 'zod';
import { GatewayProtocolRequestError, type GatewayProtocolClient } from '@openclaw/gateway-client/browser';
import type { GatewayRole } from '#shared/app-api/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { gatewayError, type GatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { GatewayChannel } from './gateway-directory.ts';
import type { KnownGateway } from './gateway.ts';
import { safeParse } from '#shared/safe-parse.ts';

const USUAL_TIMEOUT = 30_000;
/** Characters of a gateway's error text that are shown. */
const MOST_WORDS = 512;
/** Most requests in flight on one connection. */
const MOST_REQUESTS = 1024;

/** Facts about an accepted connection. */
export type ChannelFacts = Readonly<{
  gatewayId: string;
  /** Current name: a person may rename the gateway while it is connected. */
  gatewayName(): string;
  role: GatewayRole;
  deviceId: string;
  hello: GatewayWelcome;
}>;

type Requests = Pick<GatewayProtocolClient<unknown>, 'request'>;

/** Connection of one role, made by `GatewayConnection` after the gateway has accepted it: requests, events and the gateway's errors. */
export class Channel implements GatewayChannel {
  readonly gatewayId: string;
  readonly role: GatewayRole;
  readonly deviceId: string;
  readonly scopes: readonly string[];
  readonly methods: readonly string[];
  readonly serverVersion: string;
  readonly #name: () => string;
  readonly #client: Requests;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #closed = new AbortController();
  readonly #events = new Set<(event: string, payload: unknown) => void>();
  readonly #gaps = new Set<() => void>();
  #waiting = 0;
  /** Set once the gateway has answered a request on this connection. */
  #served = false;
  /** Called when the gateway reports that another connection has replaced this one. */
  onReplaced: (() => void) | undefined;

  constructor(facts: ChannelFacts, parts: Readonly<{ client: Requests; clock: Clock; logger: Logger }>) {
    this.gatewayId = facts.gatewayId;
    this.#name = () => facts.gatewayName();
    this.role = facts.role;
    this.deviceId = facts.deviceId;
    this.scopes = facts.hello.scopes;
    this.methods = facts.hello.methods;
    this.serverVersion = facts.hello.serverVersion;
    this.#client = parts.client;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  get gatewayName(): string {
    return this.#name();
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  async request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: Readonly<{ signal?: AbortSignal; timeout?: number | null }> = {},
  ): Promise<unknown> {
    const { signal, timeout = USUAL_TIMEOUT } = options;
    signal?.throwIfAborted();
    if (this.closed.aborted) throw lost(method);
    if (this.#waiting >= MOST_REQUESTS)
      throw gatewayError('gateway.slow', 'too many requests wait for their answers', { method });
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = timeout === null ? undefined : this.#clock.setTimer(timeout, onAbort);
    this.#waiting += 1;
    try {
      const answer = await this.#client.request(method, params, { timeoutMs: null, signal: stop.signal });
      this.#served = true;
      return answer;
    } catch (error) {
      if (error instanceof GatewayProtocolRequestError) throw this.#refused(method, error);
      signal?.throwIfAborted();
      if (this.closed.aborted || !stop.signal.aborted) throw lost(method, error);
      throw gatewayError('gateway.timeout', `${method} got no answer in time`, { method });
    } finally {
      this.#waiting -= 1;
      timer?.cancel();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  onEvent(listener: (event: string, payload: unknown) => void): () => void {
    this.#events.add(listener);
    return () => void this.#events.delete(listener);
  }

  onGap(listener: () => void): () => void {
    this.#gaps.add(listener);
    return () => void this.#gaps.delete(listener);
  }

  /** Passes an event to the listeners. */
  deliver(event: string, payload: unknown): void {
    for (const listener of this.#events) this.#call(event, () => listener(event, payload));
  }

  /** Notifies the listeners that events were lost. */
  missed(): void {
    for (const listener of this.#gaps) this.#call('gap', listener);
  }

  /** Aborts `closed` and removes all listeners. */
  end(): void {
    this.#closed.abort();
    this.#events.clear();
    this.#gaps.clear();
  }

  #call(what: string, listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#logger.error('an event of a gateway could not be handled', { event: what, error: errorMessage(error) });
    }
  }

  #refused(method: string, error: GatewayProtocolRequestError): GatewayError {
    const details = asRecord(error.details);
    const detailsCode = textOf(details['code']);
    // A node without approved commands gets the same error for each request; reconnecting doesn't help there.
    if (detailsCode === 'PAIRING_CHANGED' && this.role === 'node' && this.#served) this.onReplaced?.();
    const missing = cleanDetail(textOf(details['missingScope']), MOST_WORDS);
    if (detailsCode === 'MISSING_SCOPE')
      return gatewayError('gateway.scope', `${method} needs ${missing}`, { missing, method }, error);
    // Shown to a person, in a window or a terminal.
    const message = cleanDetail(textOf(error.message), MOST_WORDS);
    return gatewayError(
      'gateway.request',
      `${method} was refused`,
      { method, gatewayCode: textOf(error.gatewayCode), detailsCode, message },
      error,
    );
  }
}

function lost(method: string, cause?: unknown): GatewayError {
  return gatewayError(
    'gateway.lost',
    `${method} got no answer: the connection is over`,
    { method, closeCode: 1006 },
    cause,
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MOST_WORDS) : '';
}

/** Options of `awaitChannel`. */
export type AwaitOptions = Readonly<{
  clock: Clock;
  /** Longest wait, ms. */
  timeout: number;
  signal: AbortSignal;
}>;

/** Waits until a role of a gateway is connected. Fails at once if a person, here or at the gateway, has to act first.
 * @throws {GatewayError} the reason it isn't connected; `gateway.timeout` if none is known
 * @throws {DOMException} AbortError
 */
export function awaitChannel(
  gateway: Pick<KnownGateway, 'link' | 'watch'>,
  role: GatewayRole,
  { clock, timeout, signal }: AwaitOptions,
): Promise<GatewayChannel> {
  return new Promise((resolve, reject) => {
    const link = gateway.link(role);
    const settle = (): void => {
      timer.cancel();
      unwatch();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new DOMException('given up', 'AbortError'));
    };
    const onAbort = (): void => fail(signal.reason);
    const check = (): void => {
      const { channel } = link;
      if (channel !== undefined) {
        settle();
        resolve(channel);
      } else if (link.isHeld) fail(link.failure);
    };
    const unwatch = gateway.watch(check);
    const timer = clock.setTimer(timeout, () => {
      fail(link.failure ?? gatewayError('gateway.timeout', 'not connected in time'));
    });
    signal.addEventListener('abort', onAbort, { once: true });
    check();
  });
}

/** Bounds of a gateway's welcome. */
const MOST_METHODS = 4096;
const TICK = { least: 1000, usual: 30_000, most: 10 * 60_000 };
const name = z.string().max(256);
/** Longest uptime that is believed, ms: a start before the earliest date would break the list of all gateways. */
const LONGEST_UPTIME = 100 * 366 * 24 * 3_600_000;

const helloSchema = z.object({
  type: z.literal('hello-ok'),
  server: z.object({ version: name, bootId: name.optional() }),
  features: z.object({ methods: z.array(name).max(MOST_METHODS) }),
  snapshot: z.object({ uptimeMs: z.number().min(0).max(LONGEST_UPTIME).optional().catch(undefined) }),
  auth: z.object({
    deviceToken: z.string().min(1).max(4096).optional(),
    scopes: z.array(z.string().max(128)).max(32).optional(),
  }),
  policy: z.object({ maxPayload: z.number().int().min(1), tickIntervalMs: z.number().min(1).optional() }),
});

/** The parts of a gateway's welcome (`hello-ok`) that ClawReach uses. */
export type GatewayWelcome = Readonly<{
  serverVersion: string;
  /** Changes with each start of the gateway. */
  bootId: string | null;
  /** Time since the gateway started, ms. */
  uptime: number | null;
  methods: readonly string[];
  /** Secret that is enough to sign in again in this role. */
  deviceToken: string | null;
  scopes: readonly string[];
  /** Largest frame, bytes. */
  maxPayload: number;
  /** Longest silence of the gateway, ms. */
  tick: number;
}>;

/** Parses a welcome; undefined if the payload is none. */
export function parseWelcome(payload: unknown): GatewayWelcome | undefined {
  const parsed = safeParse(helloSchema, payload);
  if (!parsed.success) return undefined;
  const { server, features, snapshot, auth, policy } = parsed.data;
  return {
    serverVersion: cleanDetail(server.version, 256),
    bootId: server.bootId ?? null,
    uptime: snapshot.uptimeMs ?? null,
    methods: features.methods,
    deviceToken: auth.deviceToken ?? null,
    scopes: auth.scopes ?? [],
    maxPayload: policy.maxPayload,
    tick: Math.min(TICK.most, Math.max(TICK.least, policy.tickIntervalMs ?? TICK.usual)),
  };
}
