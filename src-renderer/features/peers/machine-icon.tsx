import { AppWindow, Laptop, Monitor, Server, type LucideIcon } from 'lucide-react';
import { createElement, type ReactElement } from 'react';
import type { PeerSystem } from '#shared/app-api/index.ts';

/**
 * Returns the icon of another machine by its system, the same wherever the machine is shown; a screen while the system isn't known, and a window for a
 * browser.
 */
export function machineIcon(system: PeerSystem | undefined, isBrowser = false): LucideIcon {
  if (isBrowser) return AppWindow;
  return system === 'linux' ? Server : Monitor;
}

/** Icon of a machine. */
export function MachineIcon({
  of,
}: Readonly<{
  /** The machine, as far as it is known; `own` for this one. */
  of: Readonly<{ system?: PeerSystem | undefined; browser?: unknown }> | 'own' | undefined;
}>): ReactElement {
  if (of === 'own') return <Laptop aria-hidden="true" />;
  return createElement(machineIcon(of?.system, of?.browser !== undefined), { 'aria-hidden': true });
}
