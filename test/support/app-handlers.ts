import { AGENT_CALLS, type AgentCall, type AppHandlers, type CallContext } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

/** Handlers made from the contract: what is not given refuses with `test.refused`. `onCall` sees every call that passed the checks. */
export function createHandlers(
  given: Partial<AppHandlers> = {},
  onCall: (call: AgentCall, input: unknown) => void = () => undefined,
): AppHandlers {
  const refuse = (): Promise<never> => Promise.reject(new ClawReachError('test.refused', 'not part of this test'));
  const entries = Object.keys(AGENT_CALLS).map((call) => {
    const handler = (given[call as AgentCall] ?? refuse) as (
      input: unknown,
      context: CallContext<AgentCall>,
    ) => Promise<unknown>;
    return [
      call,
      (input: unknown, context: CallContext<AgentCall>) => {
        onCall(call as AgentCall, input);
        return handler(input, context);
      },
    ] as const;
  });
  return Object.fromEntries(entries) as unknown as AppHandlers;
}
