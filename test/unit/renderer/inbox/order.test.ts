import { describe, expect, it } from 'vitest';
import { decidedInOrder, pendingInOrder } from '#renderer/features/inbox/pending.ts';
import type { ApprovalView } from '#shared/app-api/index.ts';

function approval(id: number, given: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id,
    kind: 'right',
    peerId: 'C'.repeat(56),
    peerName: 'office',
    right: 'terminal',
    detail: 'open a terminal',
    requestedAt: 1000 * id,
    expiresAt: 1000 * id + 120_000,
    state: 'pending',
    decidedAt: null,
    ...given,
  };
}
const ids = (approvals: readonly ApprovalView[]): readonly number[] => approvals.map(({ id }) => id);

describe('what waits', () => {
  it('stands oldest first, so that a new request comes last and moves nothing', () => {
    const before = [approval(5), approval(3)];
    expect(ids(pendingInOrder(before))).toEqual([3, 5]);
    expect(ids(pendingInOrder([approval(9), ...before]))).toEqual([3, 5, 9]);
  });

  it('keeps its order when the wall clock was set back between requests', () => {
    expect(ids(pendingInOrder([approval(4, { requestedAt: 1 }), approval(3, { requestedAt: 9000 })]))).toEqual([3, 4]);
  });

  it('has nothing in it that was decided', () => {
    expect(ids(pendingInOrder([approval(2, { state: 'expired', decidedAt: 1 }), approval(1)]))).toEqual([1]);
  });
});

describe('what was decided', () => {
  const decided = [
    approval(1, { state: 'approved', decidedAt: 900_000 }),
    approval(2, { state: 'denied', decidedAt: 100_000 }),
    approval(3, { state: 'denied', decidedAt: 900_000 }),
    approval(4),
  ];

  it('stands with the latest decision first, without what waits', () => {
    expect(ids(decidedInOrder(decided))).toEqual([3, 1, 2]);
  });
});
