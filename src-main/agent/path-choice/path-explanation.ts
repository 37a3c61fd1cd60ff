import type { PathReason, UdpReason } from '#shared/app-api/index.ts';
import type { ChoiceState } from './choice-state.ts';
import { isDirectKind } from './path-kinds.ts';

/** Why the link does not run directly; null where it does. */
export function whyNotDirect(state: ChoiceState): PathReason | null {
  const { direct } = state.ways;
  if (state.current !== undefined && isDirectKind(state.current.kind)) return null;
  if (!state.allows('direct')) return state.mode === 'via' ? 'chosen' : 'relay-only';
  if (!direct.open) return 'no-address';
  if (state.coolDown.isOn && !direct.dialling) return 'cooling';
  // What came of the last try is worth more than that there is another one each minute.
  return direct.problem ?? 'trying';
}

/** Why the link does not run over UDP either, where it is not direct and this side knows. */
export function whyNotUdp(state: ChoiceState): UdpReason | null {
  const { udp } = state.ways;
  if ((state.current !== undefined && isDirectKind(state.current.kind)) || !state.allows('udp')) return null;
  if (state.udpObstacle !== undefined) return state.udpObstacle;
  if (state.role === 'responder' || state.current === undefined) return null;
  if (state.udpCoolDown.isOn && !udp.dialling) return 'cooling';
  return state.udpProblem ?? (udp.open ? 'trying' : null);
}
