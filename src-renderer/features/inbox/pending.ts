import type { ApprovalView, DecidedGatewayRequest, GatewayRequestView } from '#shared/app-api/index.ts';

/** Outcome of a peer's request. */
export type DecidedState = Exclude<ApprovalView['state'], 'pending'>;

/**
 * Returns the pending requests of peers, oldest first. A new request is appended, so that nothing moves under the pointer. (IDs grow and are never
 * reused.)
 */
export function pendingInOrder(approvals: readonly ApprovalView[]): readonly ApprovalView[] {
  return approvals.filter(({ state }) => state === 'pending').toSorted((a, b) => a.id - b.id);
}

/** Request of a peer that has an outcome. */
export type DecidedApproval = ApprovalView & Readonly<{ state: DecidedState }>;

/** Returns the decided requests of peers, the latest decision first. */
export function decidedInOrder(approvals: readonly ApprovalView[]): readonly DecidedApproval[] {
  return approvals
    .filter((approval): approval is DecidedApproval => approval.state !== 'pending')
    .toSorted((a, b) => (b.decidedAt ?? b.requestedAt) - (a.decidedAt ?? a.requestedAt) || b.id - a.id);
}

/** Pending request: of a peer that asks for a right, or of a gateway. */
export type PendingItem =
  | Readonly<{ kind: 'right'; id: number; approval: ApprovalView }>
  | Readonly<{ kind: 'request'; id: string; request: GatewayRequestView }>;

/**
 * Merges the pending requests of peers and gateways, oldest first. Each kind keeps its own order even if a clock was set; a new request is appended
 * as far as the gateways' clocks agree. Used by the page of approvals. Pure.
 */
export function mergePending(
  approvals: readonly ApprovalView[],
  requests: readonly GatewayRequestView[],
): readonly PendingItem[] {
  const rights: PendingItem[] = pendingInOrder(approvals).map((approval) => ({
    kind: 'right',
    id: approval.id,
    approval,
  }));
  const others: PendingItem[] = requests.map((request) => ({ kind: 'request', id: request.key, request }));
  const merged: PendingItem[] = [];
  for (;;) {
    const [right] = rights;
    const [other] = others;
    if (right === undefined || other === undefined) return [...merged, ...rights, ...others];
    merged.push(...(askedAt(right) <= askedAt(other) ? rights : others).splice(0, 1));
  }
}

function askedAt(waiting: PendingItem): number {
  return waiting.kind === 'right' ? waiting.approval.requestedAt : waiting.request.requestedAt;
}

/** Outcome of any request. `elsewhere`: another operator decided. `replaced`: the gateway replaced the request by a newer one. */
export type DecidedOutcome = DecidedState | 'elsewhere' | 'replaced';
/** All outcomes, in the order in which the filter lists them. */
export const DECIDED_OUTCOMES: readonly DecidedOutcome[] = [
  'approved',
  'denied',
  'ignored',
  'expired',
  'elsewhere',
  'replaced',
  'withdrawn',
];

/** Decided request of a peer or a gateway. `at`: time of the decision, ms since 1970. */
export type Decided = Readonly<{ at: number; outcome: DecidedOutcome }> &
  (
    | Readonly<{ kind: 'right'; id: number; approval: DecidedApproval }>
    | Readonly<{ kind: 'request'; id: string; request: DecidedGatewayRequest }>
  );

/** Merges the decided requests of peers and gateways, the latest decision first. Used by the list of decided requests. Pure. */
export function mergeDecided(
  approvals: readonly ApprovalView[],
  requests: readonly DecidedGatewayRequest[],
): readonly Decided[] {
  const rights = decidedInOrder(approvals).map((approval): Decided => ({
    kind: 'right',
    id: approval.id,
    at: approval.decidedAt ?? approval.requestedAt,
    outcome: approval.state,
    approval,
  }));
  const others = requests.map((request): Decided => ({
    kind: 'request',
    id: `${request.key} ${request.decidedAt}`,
    at: request.decidedAt,
    outcome: request.outcome === 'rejected' ? 'denied' : request.outcome,
    request,
  }));
  return [...rights, ...others].toSorted((a, b) => b.at - a.at);
}

/** Counts the decisions by outcome. */
export function countOutcomes(decided: readonly Decided[]): Readonly<Record<DecidedOutcome, number>> {
  const counts = { approved: 0, denied: 0, ignored: 0, expired: 0, elsewhere: 0, replaced: 0, withdrawn: 0 };
  for (const { outcome } of decided) counts[outcome] += 1;
  return counts;
}
