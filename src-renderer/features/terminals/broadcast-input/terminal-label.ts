import type { Pane } from '../tabs/tab-types.ts';
import { machineName } from '../session/machine.ts';
import type { Terminals } from '../use-terminals.ts';

type Words = Pick<Terminals, 'machineOf' | 'titleOfPane'>;

/** Its machine, as text of another one. */
export function machineNameOf({ machineOf }: Words, { host }: Pane): string {
  return machineName(machineOf(host));
}

/** Its machine, and what its program calls itself. */
export function terminalLabel(terminals: Words, pane: Pane): string {
  const machine = machineNameOf(terminals, pane);
  const title = terminals.titleOfPane(pane);
  return title === machine ? machine : `${machine} · ${title}`;
}
