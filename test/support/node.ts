import { homedir, userInfo } from 'node:os';
import { NodeService, type NodeLimits } from '#agent/openclaw/node/index.ts';
import type { GatewayChannel } from '#agent/openclaw/gateways/index.ts';
import type { RunApprover, RunRequest } from '#agent/openclaw/operator/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { LocalPrograms, type Programs } from '#node/programs/index.ts';
import { NODE_CAPABILITIES, type GatewayRequestDecision, type NodeCapability } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { silentLogger } from '#shared/logger.ts';
import { MemoryDocumentFile, MemoryLineFile } from './memory-files.ts';

export const GATEWAY = 'abcdefgh12345678';

type Sent = Readonly<{ method: string; params: Readonly<Record<string, unknown>> }>;
export type InvokeResult = Readonly<{
  ok: boolean;
  payload: Readonly<Record<string, unknown>>;
  error: Readonly<{ code: string; message: string }> | undefined;
}>;

/** A connection as a node, without a gateway: what the node says is kept. */
export class FakeNodeChannel implements GatewayChannel {
  readonly gatewayId: string;
  readonly gatewayName = 'home';
  readonly role = 'node';
  readonly deviceId = 'd'.repeat(64);
  readonly scopes: readonly string[] = [];
  readonly methods: readonly string[] = [];
  readonly serverVersion = '2026.9.6';
  readonly sent: Sent[] = [];
  /** Thrown by the next requests of that method, one each. */
  readonly failures: { method: string; error: unknown }[] = [];
  readonly #closed = new AbortController();
  readonly #listeners = new Set<(event: string, payload: unknown) => void>();
  readonly #watchers = new Set<() => void>();
  #last = 0;

  constructor(gatewayId = GATEWAY) {
    this.gatewayId = gatewayId;
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  close(): void {
    this.#closed.abort();
  }

  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.sent.push({ method, params });
    for (const watcher of this.#watchers) watcher();
    const failure = this.failures.findIndex((one) => one.method === method);
    if (failure < 0) return Promise.resolve({ ok: true });
    return Promise.reject(this.failures.splice(failure, 1)[0]?.error);
  }

  onEvent(listener: (event: string, payload: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onGap(): () => void {
    return () => undefined;
  }

  emit(event: string, payload: unknown): void {
    for (const listener of this.#listeners) listener(event, payload);
  }

  /** Asks for a command, as the gateway does. */
  invoke(command: string, params: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<InvokeResult> {
    const { id } = this.start(command, params, more);
    return this.result(id);
  }

  start(command: string, params: unknown, more: Readonly<Record<string, unknown>> = {}): Readonly<{ id: string }> {
    this.#last += 1;
    const id = `invoke-${this.#last}`;
    this.emit('node.invoke.request', {
      id,
      nodeId: this.deviceId,
      command,
      paramsJSON: JSON.stringify(params),
      timeoutMs: 60_000,
      ...more,
    });
    return { id };
  }

  async result(id: string): Promise<InvokeResult> {
    const { params } = await this.until(({ method, params }) => method === 'node.invoke.result' && params['id'] === id);
    const { ok, payloadJSON, error } = params;
    return {
      ok: ok === true,
      payload: typeof payloadJSON === 'string' ? (JSON.parse(payloadJSON) as Record<string, unknown>) : {},
      error: error as InvokeResult['error'],
    };
  }

  /** The first thing said that fits, now or later. */
  until(fits: (sent: Sent) => boolean): Promise<Sent> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.sent.find(fits);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Payloads of `node.event`. */
  events(name: string): readonly Readonly<Record<string, unknown>>[] {
    return this.sent
      .filter(({ method, params }) => method === 'node.event' && params['event'] === name)
      .map(({ params }) => JSON.parse(String(params['payloadJSON'])) as Record<string, unknown>);
  }
}

export type FakeInbox = RunApprover & {
  readonly asked: RunRequest[];
  /** What the person says; `wait` until the signal. */
  answer: GatewayRequestDecision | 'wait' | ((request: RunRequest) => Promise<GatewayRequestDecision>);
};

export function createFakeInbox(answer: FakeInbox['answer']): FakeInbox {
  const inbox: FakeInbox = {
    asked: [],
    answer,
    ask: async (request, signal) => {
      inbox.asked.push(request);
      if (typeof inbox.answer === 'function') return await inbox.answer(request);
      if (inbox.answer !== 'wait') return inbox.answer;
      return await new Promise((_resolve, reject) => {
        const end = (): void => reject(new DOMException('gone', 'AbortError'));
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) end();
      });
    },
  };
  return inbox;
}

export type NodeSetUp = Readonly<{
  home?: string;
  answer?: FakeInbox['answer'];
  limits?: Partial<NodeLimits>;
  environment?: Readonly<Record<string, string>>;
  programs?: Programs;
  clock?: Clock;
  /** What the policy's document holds. */
  document?: string;
  capabilities?: readonly NodeCapability[];
  privateFolders?: readonly string[];
}>;

/** This machine as a node of one gateway, on this machine's programs. */
export function createNode(setUp: NodeSetUp = {}) {
  const clock = setUp.clock ?? systemClock;
  const inbox = createFakeInbox(setUp.answer ?? 'reject');
  const file = new MemoryDocumentFile(setUp.document);
  const lines = new MemoryLineFile();
  const audit = new AuditLog({ file: lines, clock, logger: silentLogger });
  const notices: { title: string; body: string; isUrgent: boolean }[] = [];
  const programs =
    setUp.programs ??
    new LocalPrograms({
      clock,
      home: setUp.home ?? homedir(),
      user: userInfo().username,
      environment: setUp.environment ?? { PATH: '/usr/local/bin:/usr/bin:/bin' },
      privateFolders: setUp.privateFolders ?? [],
    });
  const removed = new Set<(id: string) => void>();
  const taken = new Set<(channel: GatewayChannel) => void>();
  const counts = { changes: 0 };
  const service = new NodeService({
    file,
    programs,
    inbox,
    notifier: async (notice) => void notices.push(notice),
    audit,
    clock,
    logger: silentLogger,
    capabilities: () => setUp.capabilities ?? NODE_CAPABILITIES,
    onChange: () => {
      counts.changes += 1;
    },
    limits: setUp.limits ?? {},
  });
  service.attach({
    onChannel: (_role, listener) => {
      taken.add(listener);
      return () => void taken.delete(listener);
    },
    onRemoved: (listener) => {
      removed.add(listener);
      return () => void removed.delete(listener);
    },
  });
  const connect = (gatewayId?: string): FakeNodeChannel => {
    const channel = new FakeNodeChannel(gatewayId);
    for (const listener of taken) listener(channel);
    return channel;
  };
  return {
    service,
    inbox,
    file,
    notices,
    counts,
    connect,
    channel: connect(),
    remove: (id: string) => removed.forEach((listener) => listener(id)),
    audited: async () => (await audit.list(10_000)).toReversed(),
  };
}
