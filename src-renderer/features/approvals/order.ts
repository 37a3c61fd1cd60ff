import type { ApprovalView } from '#shared/app-api/index.ts';

export type DecidedState = Exclude<ApprovalView['state'], 'pending'>;

/** What waits, oldest first: a new request comes last, so that nothing moves under the pointer. Ids grow and are never used twice. */
export function pendingInOrder(approvals: readonly ApprovalView[]): readonly ApprovalView[] {
  return approvals.filter(({ state }) => state === 'pending').toSorted((a, b) => a.id - b.id);
}

export type DecidedApproval = ApprovalView & Readonly<{ state: DecidedState }>;

/** What was decided, the latest decision first. */
export function decidedInOrder(approvals: readonly ApprovalView[]): readonly DecidedApproval[] {
  return approvals
    .filter((approval): approval is DecidedApproval => approval.state !== 'pending')
    .toSorted((a, b) => (b.decidedAt ?? b.requestedAt) - (a.decidedAt ?? a.requestedAt) || b.id - a.id);
}
