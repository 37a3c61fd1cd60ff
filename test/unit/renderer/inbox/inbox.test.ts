import { describe, expect, test } from 'vitest';
import { countOutcomes, mergeDecided, mergePending } from '#renderer/features/inbox/pending.ts';
import type { DecidedGatewayRequest, GatewayRequestView } from '#shared/app-api/index.ts';
import { plainRequest } from '#test/support/app-views.ts';
import { approval } from '../store/agent.ts';

function request(given: Partial<GatewayRequestView> = {}): GatewayRequestView {
  return plainRequest({
    key: 'k1',
    gateway: 'g',
    gatewayName: 'Cellar',
    requestId: 'r',
    command: 'ls',
    requestedAt: 10,
    ...given,
  });
}
function decided(given: Partial<DecidedGatewayRequest>): DecidedGatewayRequest {
  return { ...request(), outcome: 'approved', decision: 'approve', by: null, decidedAt: 50, reason: null, ...given };
}

describe('what waits', () => {
  test('is one list of rights and requests, oldest first', () => {
    const waiting = mergePending(
      [approval({ id: 4, requestedAt: 20 }), approval({ id: 3, requestedAt: 5 })],
      [request({ requestedAt: 10 }), request({ key: 'late', requestedAt: 30 })],
    );
    expect(waiting.map(({ id }) => id)).toEqual([3, 'k1', 4, 'late']);
  });

  test('keeps the order of each kind when a clock was set back', () => {
    const waiting = mergePending(
      [approval({ id: 3, requestedAt: 9000 }), approval({ id: 4, requestedAt: 1 })],
      [request({ requestedAt: 8000 }), request({ key: 'late', requestedAt: 2 })],
    );
    expect(waiting.map(({ id }) => id)).toEqual(['k1', 'late', 3, 4]);
  });

  test('is no right that was decided', () => {
    expect(mergePending([approval({ state: 'approved', decidedAt: 3 })], [])).toEqual([]);
  });
});

describe('what was decided', () => {
  test('is one list, the latest first, with a rejected request among the refused rights', () => {
    const list = mergeDecided(
      [approval({ id: 1, state: 'denied', decidedAt: 40 }), approval({ id: 2 })],
      [
        decided({ key: 'a', outcome: 'rejected', decision: 'reject', decidedAt: 60 }),
        decided({ key: 'b', outcome: 'elsewhere', decidedAt: 30 }),
        decided({ key: 'c', outcome: 'replaced', decidedAt: 20 }),
      ],
    );
    expect(list.map(({ outcome, at }) => [outcome, at])).toEqual([
      ['denied', 60],
      ['denied', 40],
      ['elsewhere', 30],
      ['replaced', 20],
    ]);
    expect(countOutcomes(list)).toEqual({
      approved: 0,
      denied: 2,
      ignored: 0,
      expired: 0,
      elsewhere: 1,
      replaced: 1,
      withdrawn: 0,
    });
  });
});
