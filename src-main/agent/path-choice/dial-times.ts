import { dialRetryDelay, tcpPause, udpPause } from './back-off.ts';
import type { ChoiceState } from './choice-state.ts';
import { CHOICE_LIMITS } from './limits.ts';
import type { TransportKind } from './path-kinds.ts';

/** From when on that way is to be dialled, monotonic; undefined while it is not wanted. */
export function dialTime(state: ChoiceState, kind: TransportKind): number | undefined {
  const { ways, mode, coolDown } = state;
  const way = ways[kind];
  if (state.ended || state.held || !way.open || way.dialling || !state.allows(kind)) return undefined;
  if (kind === 'udp') return udpTime(state);
  if (state.isNeeded) {
    if (state.isLeftAlone) return undefined;
    if (kind === 'via' && mode === 'auto' && !state.isLastResort) return undefined;
    const waits = kind === 'direct' && !ways.relay.isOut && state.allows('relay');
    return waits ? Math.max(way.notBefore, coolDown.until) : way.notBefore;
  }
  if (kind === state.current?.kind) return state.renewal.dueAt;
  if (state.rival === kind) return Math.max(way.notBefore, state.comparison.dueAt);
  if (!state.isBetter(kind)) return undefined;
  return kind === 'direct' ? Math.max(way.notBefore, coolDown.until) : way.notBefore;
}

/** One over UDP is prepared over the path in use: without one that answers and is allowed it cannot be dialled. */
function udpTime(state: ChoiceState): number | undefined {
  const { current, renewal, udpCoolDown, comparison } = state;
  const { notBefore } = state.ways.udp;
  if (current === undefined || state.isNeeded) return undefined;
  if (current.kind === 'udp') return renewal.dueAt;
  if (!state.isBetter('udp')) return undefined;
  const measured = state.rival === 'udp' ? comparison.dueAt : -Infinity;
  return Math.max(notBefore, udpCoolDown.until, measured);
}

/** ms until a way is dialled again that came to nothing so often in a row. @param random uniform in [0, 1) @param isRefused the peer itself said no */
export function dialPause(
  state: ChoiceState,
  kind: TransportKind,
  failures: number,
  random: () => number,
  isRefused: boolean,
): number {
  if (kind === 'udp') return udpPause(failures);
  if (state.isNeeded) return dialRetryDelay(failures, random, isRefused);
  const soon = kind === 'direct' && state.current?.kind === 'udp';
  return (soon ? tcpPause(failures) : CHOICE_LIMITS.reprobe) + state.lateness;
}
