import { useApp, type AppState } from './state.ts';

/**
 * Returns the problem of the relay to show; null for none. Hides `relay.hosted-off` while the application starts its own relay, until the agent has
 * connected to that relay. Pure.
 * @param problem code of the current or last problem
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

/**
 * Returns the problem of the relay to show, and renders again when it changes; null for none. Used wherever the window shows this problem: banners,
 * side bar, settings.
 * @param problem code of a problem; undefined: the one in the store
 */
export function useRelayProblem(problem?: string | null): string | null {
  return useApp((state) => visibleRelayProblem(problem === undefined ? state.relayProblem : problem, state));
}
