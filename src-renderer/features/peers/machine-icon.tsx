import { AppWindow, Monitor, type LucideIcon } from 'lucide-react';
import { createElement, type ReactElement } from 'react';

/**
 * Returns the icon of a machine, the same wherever the machine is shown, also on the others: a screen, and a window for a browser. A machine's system
 * doesn't say whether it is a laptop or a server, so no icon claims either.
 */
export function machineIcon(isBrowser: boolean): LucideIcon {
  return isBrowser ? AppWindow : Monitor;
}

/** Icon of a machine. `of`: the machine, if it may be a browser. */
export function MachineIcon({ of }: Readonly<{ of?: Readonly<{ browser?: unknown }> | undefined }>): ReactElement {
  return createElement(machineIcon(of?.browser !== undefined), { 'aria-hidden': true });
}
