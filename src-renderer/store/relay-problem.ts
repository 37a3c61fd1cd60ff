import { useApp, type AppState } from './state.ts';

/**
 * Returns the relay's problem to show; null for none. The own relay's being off is hidden while the application starts it and until the agent has
 * found it.
 * @param problem current or last problem of the agent
 */
export function visibleRelayProblem(
  problem: string | null,
  { hostedRelay, status }: Pick<AppState, 'hostedRelay' | 'status'>,
): string | null {
  if (problem?.startsWith('relay.hosted-off') !== true) return problem;
  const isStarting = hostedRelay?.state === 'starting';
  const isFound = hostedRelay?.state === 'running' && status?.relay.state === 'connecting';
  return isStarting || isFound ? null : problem;
}

/** Returns the relay's problem to show. @param problem left out: the last one, also during the next attempt */
export function useRelayProblem(problem?: string | null): string | null {
  return useApp((state) => visibleRelayProblem(problem === undefined ? state.relayProblem : problem, state));
}
