import { useCallback, useState } from 'react';
import type { GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

export type RequestDecision = Readonly<{
  /** Answer being sent or accepted. */
  busy: GatewayRequestDecision | undefined;
  error: unknown;
  decide(decision: GatewayRequestDecision, reason: string): Promise<void>;
  reset(): void;
}>;

const IDLE = { busy: undefined, error: undefined } as const;

/** Answers one request. A sent answer is not cancelled when its card is removed, which the answer itself causes. */
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
