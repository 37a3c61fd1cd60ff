import { useCallback, useState } from 'react';
import type { ApprovalView, CallInput } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { navigate, notify, useApi, useApp } from '../../../store/index.ts';
import { formatBytes, formatLeft, formatMoment, quoteUntrusted } from '../../../ui/index.ts';

/** Answer to a peer's request, as the call `approvals.decide` takes it. */
export type DecisionChoice = CallInput<'approvals.decide'>['decision'];

/** Later requests to which an approval applies: none, all, all messages to the same agent, those of this time, ms, or transfers of up to so many bytes. */
export type ApprovalScope =
  | 'once'
  | 'always'
  | 'agent'
  | Readonly<{ duration: number }>
  | Readonly<{ remember: true; most: number }>;

export type Decision = Readonly<{
  /** Answer that has been sent; undefined when none has, or the last one failed. */
  busy: DecisionChoice | undefined;
  /** Error of the last answer; undefined without one. */
  error: unknown;
  /**
   * Sends an answer. `scope` makes an approval apply to later requests too: to all, or to those of this time, ms.
   * @returns whether the agent accepted the answer
   */
  decide(answer: DecisionChoice, scope?: ApprovalScope, reason?: string): Promise<boolean>;
  /** Accepts files into a folder that the person chooses; does nothing if they choose none. */
  acceptInto(): Promise<void>;
  /** Clears the error. */
  reset(): void;
}>;

/**
 * Answers one request of a peer through the call `approvals.decide`, and shows the result as a toast. A sent answer is not cancelled when the card
 * disappears, because the answer itself removes the card.
 */
export function useDecision(approval: ApprovalView): Decision {
  const api = useApi();
  const [state, setState] = useState<Readonly<{ busy: DecisionChoice | undefined; error: unknown }>>(IDLE);
  const { id, peerName } = approval;
  const decide = useCallback(
    async (answer: DecisionChoice, scope: ApprovalScope = 'once', reason = ''): Promise<boolean> => {
      setState({ busy: answer, error: undefined });
      try {
        const decided = await api.call('approvals.decide', {
          id,
          decision: answer,
          ...(answer === 'approve' && scope === 'always' && { remember: true }),
          ...(answer === 'approve' && scope === 'agent' && { remember: true, agentOnly: true }),
          ...(answer === 'approve' && typeof scope === 'object' && scope),
          ...(reason.trim() !== '' && { reason }),
        });
        // In the inbox the answered request says until when, with the same button.
        const isInInbox = useApp.getState().place.page === 'inbox';
        if (decided.state === 'denied' && decided.declinedUntil !== undefined && !isInInbox)
          notify({
            tone: 'neutral',
            text: text('approvals.answered.paused', {
              name: quoteUntrusted(peerName),
              time: formatLeft(decided.declinedUntil - (decided.decidedAt ?? Date.now())),
            }),
            action: {
              label: text('approvals.ask-again'),
              run: () => void api.call('approvals.askAgain', { id }).catch(notifyError),
            },
          });
        else if (decided.always === true || decided.until !== undefined)
          notify({
            tone: 'good',
            text: grantedText(decided),
            action: {
              label: text('approvals.answered.always.change'),
              run: () => navigate({ page: 'machines', machine: decided.peerId, tab: 'access' }),
            },
          });
        else if (decided.state !== 'pending') notify(answeredToast(decided.state, quoteUntrusted(peerName)));
        // The answer stays busy until the agent sends the new list, so that nothing more can be pressed.
        return true;
      } catch (error) {
        setState({ busy: undefined, error });
        return false;
      }
    },
    [api, id, peerName],
  );
  const acceptInto = useCallback(async (): Promise<void> => {
    // While the dialog is open, the request can still be answered: it isn't busy.
    try {
      const { accepted } = await api.call('shell.transfers.accept', { approval: id });
      if (accepted) notify(answeredToast('approved', quoteUntrusted(peerName)));
    } catch (error) {
      setState({ busy: undefined, error });
    }
  }, [api, id, peerName]);
  const reset = useCallback(() => setState(IDLE), []);
  return { ...state, decide, acceptInto, reset };
}

/** Says how a request was answered; of several requests of one peer, with their number. @param name quoted name of the peer */
function answeredToast(state: Exclude<ApprovalView['state'], 'pending'>, name: string): Parameters<typeof notify>[0] {
  const tone = state === 'approved' ? 'good' : 'neutral';
  if (state !== 'approved' && state !== 'denied') return { tone, text: text(`approvals.answered.${state}`, { name }) };
  const words = (count: number): string => text(`approvals.answered.${state}`, { name, count });
  return { tone, text: words(1), repeated: { subject: `${state} ${name}`, text: words } };
}

/** Says what an approval allows from now on, and until when. */
function grantedText({ right, until, most, peerName }: ApprovalView): string {
  const name = quoteUntrusted(peerName);
  if (until === undefined && most !== undefined)
    return text('approvals.answered.always.most', { name, size: formatBytes(most) });
  if (until === undefined)
    return text(right === 'terminal' ? 'approvals.answered.always.terminal' : 'approvals.answered.always', { name });
  const values = { name, time: formatMoment(until, Date.now()) };
  if (right === 'terminal') return text('approvals.answered.until.terminal', values);
  return text(right === 'forward' ? 'approvals.answered.until.latest' : 'approvals.answered.until', values);
}

function notifyError(error: unknown): void {
  notify({ tone: 'bad', text: explain(error).what });
}

const IDLE = { busy: undefined, error: undefined } as const;
