import { useApp, type AppState } from './state.ts';

/** Problem of the relay on this machine while the person has stopped it. Only the window knows that, since the application runs the relay. */
const STOPPED_HERE = 'relay.hosted-stopped';

/**
 * Returns the problem of the relay to show; null for none. Hides `relay.hosted-off` while the application starts its own relay, until the agent has
 * connected to that relay. After the person has stopped that relay, says so, whatever the agent has found. Pure.
 * @param problem code of the current or last problem
 */
export function visibleRelayProblem(
  problem: string | null,
  { facts, hostedRelay, status }: Pick<AppState, 'facts' | 'hostedRelay' | 'status'>,
): string | null {
  const relay = status?.relay;
  const isAway = relay?.state === 'waiting' || relay?.state === 'connecting';
  if (isAway && relay.own === true && hostedRelay?.state === 'off' && facts?.canHostRelay === true) return STOPPED_HERE;
  if (problem?.startsWith('relay.hosted-off') !== true) return problem;
  const isStarting = hostedRelay?.state === 'starting';
  const isFound = hostedRelay?.state === 'running' && relay?.state === 'connecting';
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
