import { expect, it, vi } from 'vitest';
import type { ApprovalOutcome } from '#agent/core/approvals/index.ts';
import { RightCheck } from '../../../../src-main/agent/streams/right-check.ts';

const asked = { peerId: 'P', right: 'terminal', detail: 'run: id', facts: [] } as never;

function check(outcome: ApprovalOutcome): RightCheck {
  const approvals = { request: async () => outcome, pauseLeft: () => 0 };
  return new RightCheck({ decision: () => 'ask' } as never, approvals as never);
}

it.each([
  [true, 'withdrawn', 'rights.withdrawn'],
  [false, 'withdrawn', 'rights.denied'],
  [true, 'denied', 'rights.denied'],
  [false, 'expired', 'rights.unanswered'],
] as const)('a request whose asker has gone (%s), decided as %s, is noted as %s', async (hasGone, outcome, code) => {
  const gone = new AbortController();
  if (hasGone) gone.abort();
  const rights = check(outcome);
  const answer = await rights.decide({ wait: () => undefined, cancelled: gone.signal }, asked);
  expect(rights.refusal(answer, asked)?.code).toBe(code);
});

it('who asks waits only if the person is asked, not in the pause after a decline', async () => {
  const wait = vi.fn<() => void>();
  const stream = { wait, cancelled: new AbortController().signal };
  await check('denied').decide(stream, asked);
  expect(wait).not.toHaveBeenCalled();
  const request = async (_asked: unknown, _gone: unknown, onAsked: () => void): Promise<ApprovalOutcome> => {
    onAsked();
    return 'denied';
  };
  const approvals = { request, pauseLeft: () => 0 };
  await new RightCheck({ decision: () => 'ask' } as never, approvals as never).decide(stream, asked);
  expect(wait).toHaveBeenCalledTimes(1);
});
