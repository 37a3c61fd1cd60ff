import type { Right } from '#shared/app-api/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { askAgainText, isTooLong, type ApprovalRequest, type ApprovalStore } from '../core/approvals/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';

type RefusalCode = 'rights.denied' | 'rights.unanswered' | 'rights.withdrawn' | 'rights.too-long';

/** Request for a right. */
export type RightRequest = ApprovalRequest & Readonly<{ right: Right }>;

/** Answer to a peer's request, valid when it was given. */
export type RightAnswer = 'allowed' | 'approved' | RefusalCode;

/** Reason why a request is refused: a stable code, and a message for the person at the peer. `retryAfter`: see `IncomingStream.refuse`. */
export type RightRefusal = Readonly<{ code: string; message: string; retryAfter?: number }>;

/** Messages to a peer that lacks the right. */
export const DENIED: Readonly<Record<Right, string>> = {
  terminal: 'this device does not let you open terminals',
  view: 'this device does not let you watch terminals',
  relay: 'this device does not let you pass through it',
  forward: 'this device does not let you reach that',
  prompt: 'this device does not let you use its gateways',
  message: 'this device does not let you write to its agents',
  send: 'this device does not let you send files',
  wake: 'this device does not let you wake machines in its network',
  files: 'this device shares no folders with you',
  introduce: 'this device does not let you introduce others',
};
const UNANSWERED = 'no one at this device answered the request';
const WITHDRAWN = 'the request was withdrawn before it was answered';
const TOO_LONG = 'this request is too long to be shown to the person at this device';

/** Refusal of a request that no person made, only a device by itself. The person here isn't asked, and nothing is remembered. */
export const NOT_ASKED: RightRefusal = {
  code: 'rights.unasked',
  message: 'the person at this device has not decided, and is not asked about this',
};

/**
 * Checks whether a peer has a right: by the stored decision, or by asking the person now. Used by `StreamGate`. The question appears in the windows
 * through `ApprovalStore`.
 */
export class RightCheck {
  readonly #policy: RightsPolicy;
  readonly #approvals: ApprovalStore;

  constructor(policy: RightsPolicy, approvals: ApprovalStore) {
    this.#policy = policy;
    this.#approvals = approvals;
  }

  /** Decides on a request. Asks the person if the right is undecided, and calls `stream.wait` then; not in a pause, in which no one is asked. */
  async decide(stream: Pick<IncomingStream, 'wait' | 'cancelled'>, asked: RightRequest): Promise<RightAnswer> {
    const decision = this.#policy.decision(asked.peerId, asked.right, asked.agent, asked.size);
    if (decision !== 'ask') return decision === 'allow' ? 'allowed' : 'rights.denied';
    if (isTooLong(asked)) return 'rights.too-long';
    const outcome = await this.#approvals.request(asked, stream.cancelled, () => stream.wait('approval'));
    if (outcome === 'approved') return 'approved';
    // The peer has ended its request; the person here has decided nothing.
    if (outcome === 'withdrawn' && stream.cancelled.aborted) return 'rights.withdrawn';
    return outcome === 'expired' ? 'rights.unanswered' : 'rights.denied';
  }

  /** Returns the reason why the peer may not act now; undefined if it may. The caller must then act without waiting, since the right may change. */
  refusal(answer: RightAnswer, asked: RightRequest): RightRefusal | undefined {
    if (this.#holds(answer, asked)) return undefined;
    if (answer === 'rights.too-long') return { code: answer, message: TOO_LONG };
    if (answer === 'rights.withdrawn') return { code: answer, message: WITHDRAWN };
    const retryAfter = this.#approvals.pauseLeft(asked);
    const again = askAgainText(retryAfter);
    return answer === 'rights.unanswered'
      ? { code: answer, message: UNANSWERED + again, retryAfter }
      : { code: 'rights.denied', message: DENIED[asked.right] + again, retryAfter };
  }

  /** Reports whether the answer still holds. The peer may have been removed or denied in the meantime. */
  #holds(answer: RightAnswer, { peerId, right, agent, size }: RightRequest): boolean {
    const decision = this.#policy.decision(peerId, right, agent, size);
    return answer === 'allowed' ? decision === 'allow' : answer === 'approved' && decision !== 'deny';
  }
}
