import { useCallback, useState } from 'react';
import type { GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

export type RequestDecision = Readonly<{
  /** Answer that has been sent; undefined when none has, or the last one failed. */
  busy: GatewayRequestDecision | undefined;
  /** Error of the last answer; undefined without one. */
  error: unknown;
  /** Sends an answer; `reason` may be empty. */
  decide(decision: GatewayRequestDecision, reason: string): Promise<void>;
  /** Clears the error. */
  reset(): void;
}>;

const IDLE = { busy: undefined, error: undefined } as const;

/**
 * Answers one request of a gateway through the call `requests.decide`, and shows the result as a toast. A sent answer is not cancelled when the card
 * disappears, because the answer itself removes the card.
 */
export function useRequestDecision(request: GatewayRequestView): RequestDecision {
  const api = useApi();
  const [state, setState] = useState<Pick<RequestDecision, 'busy' | 'error'>>(IDLE);
  const { key, who } = request;
  const decide = useCallback(
    async (decision: GatewayRequestDecision, reason: string): Promise<void> => {
      setState({ busy: decision, error: undefined });
      try {
        const note = reason.trim();
        const decided = await api.call('requests.decide', { key, decision, ...(note === '' ? {} : { reason: note }) });
        notify({
          tone: decided.outcome === 'approved' ? 'good' : 'neutral',
          text: text(`requests.answered.${decided.outcome}`, { name: quoteUntrusted(who) }),
        });
        // The answer stays busy until the agent sends the new list, so that nothing more can be pressed.
      } catch (error) {
        setState({ busy: undefined, error });
      }
    },
    [api, key, who],
  );
  const reset = useCallback(() => setState(IDLE), []);
  return { ...state, decide, reset };
}
