import { useApp, type AppState } from './state.ts';

/**
 * What is to be told of the relay; null where nothing is. That the relay of this machine is off is nothing to tell while the application starts it, and
 * until the agent has had the time to find it.
 * @param problem what the agent says, or said last
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

/** @param problem left out: what was told last, also while the next try runs */
export function useRelayProblem(problem?: string | null): string | null {
  return useApp((state) => visibleRelayProblem(problem === undefined ? state.relayProblem : problem, state));
}
