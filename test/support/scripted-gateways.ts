import type { ConnectParams } from '@openclaw/gateway-client/browser';
import type { GatewayEndpoint, GatewaySettings } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type {
  GatewayError,
  GatewayMachine,
  GatewayProtocolSocketHandlers,
  GatewaySocket,
  SeenCertificate,
} from '#shared/openclaw/gateway/index.ts';

/** What a scripted gateway does with one attempt. */
export type Reply =
  /** Lets it in. `lives`: ms until it is closed with `code`. */
  | Readonly<{
      kind: 'hello';
      deviceToken?: string;
      scopes?: readonly string[];
      lives?: number;
      code?: number;
      /** Events right behind the welcome. */
      events?: readonly Readonly<{ event: string; payload?: unknown; seq?: number }>[];
      tick?: number;
      /** How long it says that it runs, ms. */
      uptime?: number;
    }>
  | Readonly<{
      kind: 'refuse';
      detail: string;
      more?: Readonly<Record<string, unknown>>;
      retryAfterMs?: number;
      code?: number;
    }>
  /** Ends before anything is said. */
  | Readonly<{ kind: 'fail'; error: GatewayError }>
  | Readonly<{ kind: 'close'; code: number }>
  /** Says nothing at all, not even the challenge. */
  | Readonly<{ kind: 'silent' }>;

export type Attempt = Readonly<{
  at: number;
  role: string | undefined;
  auth: ConnectParams['auth'];
  params: ConnectParams | undefined;
}>;

/** A machine whose gateways are a script; sockets are in memory. Counts attempts and sockets. */
export class ScriptedMachine implements GatewayMachine {
  readonly attempts: Attempt[] = [];
  readonly opened: Readonly<{ endpoint: GatewayEndpoint; fingerprint: string | null; at: number }>[] = [];
  readonly sockets = new Set<ScriptedSocket>();
  /** The most sockets there ever were at one time. */
  mostSockets = 0;
  /** Everything that left. */
  readonly sent: string[] = [];
  reply: (params: ConnectParams | undefined, attempt: number) => Reply = () => ({ kind: 'hello' });
  /** Answers of requests after the welcome; undefined: none comes. */
  respond: (method: string, params: unknown) => unknown = () => ({});
  other: string | null = null;
  /** What a look at a certificate finds. */
  seen: SeenCertificate = { fingerprint: 'ab'.repeat(32), trusted: false, subject: null, validUntil: null };
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  open(
    endpoint: GatewayEndpoint,
    trust: Readonly<{ fingerprint: string | null }>,
    handlers: GatewayProtocolSocketHandlers,
    { signal }: Readonly<{ signal: AbortSignal }>,
  ): GatewaySocket {
    this.opened.push({ endpoint, fingerprint: trust.fingerprint, at: this.clock.now() });
    const socket = new ScriptedSocket(this, handlers);
    this.sockets.add(socket);
    this.mostSockets = Math.max(this.mostSockets, this.sockets.size);
    signal.addEventListener('abort', () => socket.ended(1006), { once: true });
    return socket;
  }

  async probe(): Promise<SeenCertificate> {
    return this.seen;
  }

  async fetchSetup(): Promise<never> {
    throw new Error('not scripted');
  }

  async discover(): Promise<readonly []> {
    return [];
  }

  async otherNode(): Promise<string | null> {
    return this.other;
  }

  /** Open sockets of a role that was let in. */
  connected(role: string): ScriptedSocket | undefined {
    return [...this.sockets].find((socket) => socket.role === role && socket.isWelcome);
  }

  /** An event to everybody. */
  event(event: string, payload: unknown): void {
    for (const socket of this.sockets) if (socket.isWelcome) socket.say({ type: 'event', event, payload });
  }
}

export class ScriptedSocket implements GatewaySocket {
  role: string | undefined;
  isWelcome = false;
  maxPayload = 0;
  readonly #machine: ScriptedMachine;
  readonly #handlers: GatewayProtocolSocketHandlers;
  #isOpen = false;
  #over = false;

  constructor(machine: ScriptedMachine, handlers: GatewayProtocolSocketHandlers) {
    this.#machine = machine;
    this.#handlers = handlers;
    queueMicrotask(() => this.#begin());
  }

  isOpen(): boolean {
    return this.#isOpen && !this.#over;
  }

  welcome(maxPayload: number): void {
    this.maxPayload = maxPayload;
  }

  close(code = 1000): void {
    this.ended(code);
  }

  send(data: string): void {
    this.#machine.sent.push(data);
    const frame = JSON.parse(data) as { id: string; method: string; params: ConnectParams };
    if (frame.method === 'connect') this.#connect(frame.id, frame.params);
    else {
      const payload = this.#machine.respond(frame.method, frame.params);
      if (payload === undefined) return;
      const refused = typeof payload === 'object' && payload !== null && 'refused' in payload;
      queueMicrotask(() =>
        this.say(
          refused
            ? { type: 'res', id: frame.id, ok: false, error: payload.refused }
            : { type: 'res', id: frame.id, ok: true, payload },
        ),
      );
    }
  }

  say(frame: unknown): void {
    if (this.#over) return;
    const text = JSON.stringify(frame);
    this.#handlers.message(text);
  }

  ended(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#machine.sockets.delete(this);
    queueMicrotask(() => this.#handlers.close(code, ''));
  }

  #begin(): void {
    if (this.#over) return;
    const machine = this.#machine;
    const reply = machine.reply(undefined, machine.attempts.length);
    if (reply.kind === 'fail' || reply.kind === 'close') {
      machine.attempts.push({ at: machine.clock.now(), role: undefined, auth: undefined, params: undefined });
      if (reply.kind === 'fail') this.#handlers.error(reply.error);
      this.ended(reply.kind === 'close' ? reply.code : 1006);
      return;
    }
    this.#isOpen = true;
    this.#handlers.open();
    if (reply.kind === 'silent') return;
    this.say({ type: 'event', event: 'connect.challenge', payload: { nonce: 'nonce', ts: machine.clock.now() } });
  }

  #connect(id: string, params: ConnectParams): void {
    const machine = this.#machine;
    this.role = params.role;
    machine.attempts.push({ at: machine.clock.now(), role: params.role, auth: params.auth, params });
    const reply = machine.reply(params, machine.attempts.length - 1);
    queueMicrotask(() => {
      if (reply.kind === 'hello') this.#hello(id, params, reply);
      else if (reply.kind === 'refuse') {
        const details = { code: reply.detail, ...reply.more };
        const after = reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs, retryable: true };
        this.say({ type: 'res', id, ok: false, error: { code: 'NOT_PAIRED', message: 'refused', details, ...after } });
        this.ended(reply.code ?? 1008);
      } else if (reply.kind === 'close') this.ended(reply.code);
    });
  }

  #hello(id: string, params: ConnectParams, reply: Extract<Reply, { kind: 'hello' }>): void {
    this.isWelcome = true;
    this.say({
      type: 'res',
      id,
      ok: true,
      payload: {
        type: 'hello-ok',
        protocol: 4,
        server: { version: '2026.9.6', bootId: 'boot', connId: 'c' },
        features: { methods: ['health'], events: [] },
        snapshot: {
          presence: [],
          health: {},
          stateVersion: { presence: 1, health: 1 },
          uptimeMs: reply.uptime ?? 1000,
        },
        auth: {
          role: params.role,
          scopes: reply.scopes ?? params.scopes ?? [],
          ...(reply.deviceToken === undefined ? {} : { deviceToken: reply.deviceToken }),
        },
        policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: reply.tick ?? 30_000 },
      },
    });
    for (const event of reply.events ?? []) this.say({ type: 'event', ...event });
    const { lives, code = 1006 } = reply;
    if (lives !== undefined) this.#machine.clock.setTimer(lives, () => this.ended(code));
    else this.#tick(reply.tick ?? 30_000);
  }

  #tick(interval: number): void {
    this.#machine.clock.setTimer(interval, () => {
      if (this.#over || this.isDead) return;
      this.say({ type: 'event', event: 'tick', payload: {} });
      this.#tick(interval);
    });
  }

  /** Stays open, and says nothing any more. */
  isDead = false;
}

/** Settings of a gateway that a test adds; the operator's role alone unless told otherwise. */
export function gatewaySettings(changes: Partial<GatewaySettings> = {}): GatewaySettings {
  return {
    name: 'Lab',
    endpoint: { host: '127.0.0.1', port: 18_789, tls: true, path: '/' },
    fingerprint: 'ab'.repeat(32),
    operator: { enabled: true, access: 'full' },
    node: { enabled: false, name: 'Node', capabilities: [] },
    ...changes,
  };
}
