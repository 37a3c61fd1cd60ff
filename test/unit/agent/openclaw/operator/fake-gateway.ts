import type { Clock } from '#shared/clock.ts';
import { gatewayError, type GatewayError } from '#shared/openclaw/gateway/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { GatewayChannel } from '#agent/openclaw/gateways/index.ts';
import { OperatorService, type OperatorLimits } from '#agent/openclaw/operator/index.ts';
import type { AuditEvent, AuditEvents } from '#agent/core/store/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

type Listener = (event: string, payload: unknown) => void;
type Json = Readonly<Record<string, unknown>>;

export const FULL = ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'];

/** A connection to a gateway of which a test says all. */
export class FakeChannel implements GatewayChannel {
  readonly gatewayId: string;
  readonly gatewayName: string;
  readonly role = 'operator';
  readonly deviceId = 'self';
  readonly scopes: readonly string[];
  readonly methods: readonly string[] = [];
  readonly serverVersion = '2026.9.6';
  readonly requests: { method: string; params: Json }[] = [];
  /** What waits there, by kind. */
  pending: Record<string, unknown[]> = { device: [], node: [], exec: [], plugin: [] };
  /** Answers of other methods; a function may throw. */
  answers: Record<string, (params: Json) => unknown> = {};
  /** While set, lists are answered when it resolves. */
  hold: Promise<void> | undefined;
  readonly #listeners = new Set<Listener>();
  readonly #gaps = new Set<() => void>();
  readonly #closed = new AbortController();

  constructor(id = 'home', scopes: readonly string[] = FULL) {
    this.gatewayId = id;
    this.gatewayName = id;
    this.scopes = scopes;
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  async request(method: string, params: Json): Promise<unknown> {
    if (this.closed.aborted) throw gatewayError('gateway.lost', 'over');
    this.requests.push({ method, params });
    const answer = this.answers[method];
    if (answer !== undefined) return answer(params);
    const kind = method.split('.')[0] ?? '';
    if (!method.endsWith('.list')) return { ok: true };
    const rows = [...(this.pending[kind] ?? [])];
    await this.hold;
    return kind === 'device' || kind === 'node' ? { pending: rows, paired: [] } : rows;
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onGap(listener: () => void): () => void {
    this.#gaps.add(listener);
    return () => void this.#gaps.delete(listener);
  }

  emit(event: string, payload: unknown): void {
    for (const listener of this.#listeners) listener(event, payload);
  }

  miss(): void {
    for (const listener of this.#gaps) listener();
  }

  end(): void {
    this.#closed.abort();
  }

  methodsAsked(): string[] {
    return this.requests.map(({ method }) => method);
  }
}

/** The part of the agent under test, with gateways that a test makes. */
export function operatorLab(limits?: Partial<OperatorLimits>, file = new MemoryDocumentFile()) {
  const clock = new FakeClock();
  const audited: { event: AuditEvent; fields: Json }[] = [];
  const told: number[] = [];
  const channels = new Map<string, FakeChannel>();
  let listener: (channel: GatewayChannel) => void = () => undefined;
  let removed: (id: string) => void = () => undefined;
  const service = new OperatorService({
    file,
    clock,
    logger: silentLogger,
    audit: {
      record: <Event extends AuditEvent>(event: Event, fields: AuditEvents[Event]) => {
        audited.push({ event, fields: { ...fields } });
      },
    },
    onChange: () => told.push(service.list().length),
    ...(limits === undefined ? {} : { limits }),
  });
  service.attach({
    onChannel: (_role, given) => {
      listener = given;
      return () => undefined;
    },
    onRemoved: (given) => {
      removed = given;
      return () => undefined;
    },
    list: () => [...channels.keys()].map((id) => ({ id, name: id })),
    channel: (id) => channels.get(id),
    ready: async (id) => {
      const channel = channels.get(id);
      if (channel === undefined || channel.closed.aborted) throw gatewayError('gateway.lost', 'not connected');
      return channel;
    },
  });
  const connect = async (channel = new FakeChannel()): Promise<FakeChannel> => {
    channels.set(channel.gatewayId, channel);
    listener(channel);
    await settle(clock);
    return channel;
  };
  const decide = (key: string, decision: 'approve' | 'approve-always' | 'reject', reason?: string) =>
    service.decide({ key, decision, ...(reason === undefined ? {} : { reason }) }, new AbortController().signal);
  return { clock, service, audited, told, file, connect, decide, remove: (id: string) => removed(id) };
}

/** Lets promises run. */
export async function settle(clock: Clock & { advance(milliseconds: number): Promise<void> }): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await clock.advance(0);
}

export function device(id: string, more: Json = {}): Json {
  return {
    requestId: `request-${id}`,
    deviceId: id.padEnd(64, '0'),
    publicKey: 'key',
    displayName: `Device ${id}`,
    platform: 'linux',
    clientId: 'node-host',
    role: 'node',
    roles: ['node'],
    scopes: [],
    silent: false,
    isRepair: false,
    ts: 1_800_000_000_000,
    ...more,
  };
}

export function exec(id: string, more: Json = {}, clock?: Clock): Json {
  const now = clock?.now() ?? 1_800_000_000_000;
  return {
    approvalKind: 'exec',
    id,
    createdAtMs: now,
    expiresAtMs: now + 120_000,
    request: {
      command: 'rm -r /tmp/x',
      cwd: '/tmp',
      host: 'gateway',
      nodeId: null,
      agentId: 'main',
      warningText: null,
      systemRunPlan: null,
      allowedDecisions: ['allow-once', 'allow-always', 'deny'],
      ...more,
    },
  };
}

export function refusal(message: string): GatewayError {
  return gatewayError('gateway.request', message, { gatewayCode: 'INVALID_REQUEST', detailsCode: '', message });
}
