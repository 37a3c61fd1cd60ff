import type { Pane } from '../tabs/tab-types.ts';
import { machineName } from '../session/machine.ts';
import type { Terminals } from '../use-terminals.ts';

type Labels = Pick<Terminals, 'machineOf' | 'titleOfPane'>;

/** Returns the name of the machine that runs a pane's terminal, as untrusted text. No effects. */
export function machineNameOf({ machineOf }: Labels, { host }: Pane): string {
  return machineName(machineOf(host));
}

/** Returns the label of a pane in the broadcast's bar and dialog: its machine and its title. */
export function terminalLabel(terminals: Labels, pane: Pane): string {
  const machine = machineNameOf(terminals, pane);
  const title = terminals.titleOfPane(pane);
  return title === machine ? machine : `${machine} · ${title}`;
}
