import { constants } from 'node:os';

/** Returns the name of a signal number: `SIGHUP` for 1; `SIG34` for one without a name. Used for exits of programs, here and at gateways. Pure. */
export function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
