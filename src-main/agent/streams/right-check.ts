import type { Right } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { askAgainText, isTooLong, type ApprovalRequest, type ApprovalStore } from '../core/approvals/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';

type RefusalCode = 'rights.denied' | 'rights.unanswered' | 'rights.too-long';

/** Answer to a peer's request at the moment it was given. */
export type RightAnswer = 'allowed' | 'approved' | RefusalCode;

/** Why a peer may not: a stable code, and words for the person at the peer. */
export type RightRefusal = Readonly<{ code: string; message: string }>;

/** Refusals for a peer that lacks the right. */
export const DENIED: Readonly<Record<Right, string>> = {
  terminal: 'this device does not let you open terminals',
  view: 'this device does not let you look on at terminals',
  relay: 'this device does not let you pass through it',
  forward: 'this device does not let you reach that',
  prompt: 'this device does not let you use its gateways',
};
const UNANSWERED = 'nobody at this device answered the request';
const TOO_LONG = 'this is too long to be shown to the person at this device, who is asked';

/** Nobody wanted it but a device by itself: no request, and nothing to remember. */
export const UNASKED: RightRefusal = {
  code: 'rights.unasked',
  message: 'the person at this device has not decided, and is not asked for this',
};

/** Checks whether a peer has a right: as decided before, or by asking the person now. */
export class RightCheck {
  readonly #policy: RightsPolicy;
  readonly #approvals: ApprovalStore;

  constructor(policy: RightsPolicy, approvals: ApprovalStore) {
    this.#policy = policy;
    this.#approvals = approvals;
  }

  /** Asks the person where nobody has decided; `stream.wait` is called then. */
  async decide(stream: Pick<IncomingStream, 'wait' | 'cancelled'>, asked: ApprovalRequest): Promise<RightAnswer> {
    const decision = this.#policy.decision(asked.peerId, asked.right);
    if (decision !== 'ask') return decision === 'allow' ? 'allowed' : 'rights.denied';
    if (isTooLong(asked)) return 'rights.too-long';
    stream.wait('approval');
    const outcome = await this.#approvals.request(asked, stream.cancelled);
    if (outcome === 'approved') return 'approved';
    return outcome === 'expired' ? 'rights.unanswered' : 'rights.denied';
  }

  /** Why the peer may not, now; undefined where it may: from here to the act nothing may wait. */
  refusal(answer: RightAnswer, asked: ApprovalRequest): RightRefusal | undefined {
    if (this.#holds(answer, asked.peerId, asked.right)) return undefined;
    if (answer === 'rights.too-long') return { code: answer, message: TOO_LONG };
    const again = askAgainText(this.#approvals.pauseLeft(asked));
    return answer === 'rights.unanswered'
      ? { code: answer, message: UNANSWERED + again }
      : { code: 'rights.denied', message: DENIED[asked.right] + again };
  }

  /** Reports whether the answer still counts: the peer may have been forgotten or denied since, while a request waited or a moment ago. */
  #holds(answer: RightAnswer, peerId: PeerId, right: Right): boolean {
    const decision = this.#policy.decision(peerId, right);
    return answer === 'allowed' ? decision === 'allow' : answer === 'approved' && decision !== 'deny';
  }
}
