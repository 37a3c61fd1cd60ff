import { useCallback, useState } from 'react';
import type { ApprovalView, CallInput } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

export type DecisionChoice = CallInput<'approvals.decide'>['decision'];

export type Decision = Readonly<{
  /** Answer being sent. */
  busy: DecisionChoice | undefined;
  error: unknown;
  /** Sends an answer. @returns whether it was accepted */
  decide(answer: DecisionChoice, remember?: boolean, reason?: string): Promise<boolean>;
  reset(): void;
}>;

/** Answers one request. A sent answer is not cancelled when its card is removed, which the answer itself causes. */
export function useDecision(approval: ApprovalView): Decision {
  const api = useApi();
  const [state, setState] = useState<Readonly<{ busy: DecisionChoice | undefined; error: unknown }>>(IDLE);
  const { id, peerName } = approval;
  const decide = useCallback(
    async (answer: DecisionChoice, remember = false, reason = ''): Promise<boolean> => {
      setState({ busy: answer, error: undefined });
      try {
        const decided = await api.call('approvals.decide', {
          id,
          decision: answer,
          ...(answer === 'approve' && remember && { remember }),
          ...(reason.trim() !== '' && { reason }),
        });
        if (decided.state !== 'pending')
          notify({
            tone: decided.state === 'approved' ? 'good' : 'neutral',
            text: text(`approvals.answered.${decided.state}`, { name: quoteUntrusted(peerName) }),
          });
        // The answer stays busy until the agent sends the new list, so that nothing more can be pressed.
        return true;
      } catch (error) {
        setState({ busy: undefined, error });
        return false;
      }
    },
    [api, id, peerName],
  );
  const reset = useCallback(() => setState(IDLE), []);
  return { ...state, decide, reset };
}

const IDLE = { busy: undefined, error: undefined } as const;
