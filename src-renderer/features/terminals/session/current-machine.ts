import { useApp } from '../../../store/index.ts';
import { machineOf, quotedNameOf, type Machine } from './machine.ts';
import type { TerminalHost } from './terminal-host.ts';

/** Returns the machine of a terminal as the store knows it now. */
export function currentMachine(host: TerminalHost): Machine {
  return machineOf(host, useApp.getState());
}

/** Returns the name of a terminal's machine, quoted. */
export function currentName(host: TerminalHost): string {
  return quotedNameOf(currentMachine(host));
}
