import { useApp } from '../../../store/index.ts';
import type { Machine } from './machine.ts';

/**
 * Reports whether a machine is offline, as far as this one can tell. Without a network or the relay here, or while this machine's own agent is away,
 * nothing is known of other machines.
 * @param code error of the last attempt to reach it
 */
export function useIsAway(machine: Machine, code: string): boolean {
  const relay = useApp(({ status }) => status?.relay.state);
  return (
    (relay === 'online' || relay === 'none') &&
    machine.kind === 'peer' &&
    machine.peer?.online === false &&
    !code.startsWith('control.') &&
    navigator.onLine
  );
}
