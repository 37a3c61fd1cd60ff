import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Connection } from './connection.ts';
import { invalid, type Json } from './frames.ts';
import { APPROVALS, covers } from './scopes.ts';

export type ApprovalKind = 'exec' | 'plugin';
export type Decision = 'allow-once' | 'allow-always' | 'deny';
export type ApprovalEnd = 'user' | 'no-route' | 'timeout';

export interface Approval {
  readonly id: string;
  readonly kind: ApprovalKind;
  readonly request: Json;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  decision?: Decision | null;
  terminalReason?: ApprovalEnd;
  resolvedAtMs?: number;
}

const TIMEOUT = 120_000;
const REMEDIATION = 'Re-request the action; pending approvals are cleared after expiry or restart.';

/** One-shot requests for a decision, of commands and of plugins. */
export class Approvals {
  readonly #clock: Clock;
  readonly #broadcast: (event: string, payload: unknown) => void;
  readonly #connections: () => Iterable<Connection>;
  readonly #all = new Map<string, { approval: Approval; timer?: Timer; ended: Promise<void>; end: () => void }>();

  constructor(
    clock: Clock,
    broadcast: (event: string, payload: unknown) => void,
    connections: () => Iterable<Connection>,
  ) {
    this.#clock = clock;
    this.#broadcast = broadcast;
    this.#connections = connections;
  }

  pending(kind: ApprovalKind): readonly Approval[] {
    return this.history().filter((one) => one.kind === kind && one.terminalReason === undefined);
  }

  history(): readonly Approval[] {
    return [...this.#all.values()].map((entry) => entry.approval);
  }

  /** @param requester the connection that asks, which may not decide; undefined for the gateway's own agent */
  create(
    kind: ApprovalKind,
    request: Json,
    options: Readonly<{ id?: string; timeoutMs?: number; requester?: Connection }> = {},
  ): Approval {
    const now = this.#clock.now();
    const id = options.id ?? (kind === 'plugin' ? `plugin:${randomUUID()}` : randomUUID());
    if (this.#all.get(id)?.approval.terminalReason === undefined && this.#all.has(id))
      throw invalid('approval id already pending');
    const timeout = options.timeoutMs ?? TIMEOUT;
    const approval: Approval = { id, kind, request, createdAtMs: now, expiresAtMs: now + timeout };
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const entry: { approval: Approval; timer?: Timer; ended: Promise<void>; end: () => void } = {
      approval,
      ended,
      end,
    };
    this.#all.set(id, entry);
    if (![...this.#connections()].some((one) => one !== options.requester && isApprover(one, kind))) {
      this.#finish(id, null, 'no-route');
      return approval;
    }
    entry.timer = this.#clock.setTimer(timeout, () => this.#finish(id, null, 'timeout'));
    this.#broadcast(`${kind}.approval.requested`, requested(approval));
    return approval;
  }

  find(id: string): Approval {
    const entry = this.#all.get(id);
    if (entry === undefined) throw invalid('approval expired or not found');
    return entry.approval;
  }

  resolve(id: string, decision: Decision, by: string): boolean {
    const approval = this.#all.get(id)?.approval;
    if (approval === undefined)
      throw invalid('unknown or expired approval id', { reason: 'APPROVAL_NOT_FOUND', remediation: REMEDIATION });
    if (approval.terminalReason !== undefined) {
      if (approval.decision === decision) return false;
      throw invalid('approval already resolved', { reason: 'APPROVAL_ALREADY_RESOLVED' });
    }
    this.#finish(id, decision, 'user', by);
    return true;
  }

  async wait(id: string): Promise<Approval> {
    const entry = this.#all.get(id);
    if (entry === undefined) throw invalid('approval expired or not found');
    await entry.ended;
    return entry.approval;
  }

  #finish(id: string, decision: Decision | null, reason: ApprovalEnd, by?: string): void {
    const entry = this.#all.get(id);
    if (entry === undefined || entry.approval.terminalReason !== undefined) return;
    const { approval } = entry;
    entry.timer?.cancel();
    approval.decision = decision;
    approval.terminalReason = reason;
    approval.resolvedAtMs = this.#clock.now();
    entry.end();
    if (reason === 'no-route') return;
    this.#broadcast(`${approval.kind}.approval.resolved`, {
      id,
      decision: decision ?? 'deny',
      resolvedBy: by ?? null,
      ts: approval.resolvedAtMs,
      request: approval.request,
    });
  }
}

/** Only who may decide and says that it shows such requests counts. */
export function isApprover(connection: Connection, kind: ApprovalKind): boolean {
  const caps = kind === 'exec' ? ['approvals', 'exec-approvals'] : ['approvals', 'plugin-approvals'];
  return covers(connection.scopes, APPROVALS) && caps.some((cap) => connection.caps.includes(cap));
}

/** A request as lists and events tell of it. */
export function requested(approval: Approval): Json {
  const { id, kind, request, createdAtMs, expiresAtMs } = approval;
  return { approvalKind: kind, id, request, createdAtMs, expiresAtMs };
}
