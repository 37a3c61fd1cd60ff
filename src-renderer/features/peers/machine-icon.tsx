import { AppWindow, Laptop, Monitor, Server, type LucideIcon } from 'lucide-react';
import { createElement, type ReactElement } from 'react';
import { useApp } from '../../store/index.ts';
import type { PeerSystem } from '#shared/app-api/index.ts';

/**
 * Returns the icon of a machine by its system, the same wherever the machine is shown, also on the others; a screen while the system isn't known, and a
 * window for a browser.
 */
export function machineIcon(system: PeerSystem | undefined, isBrowser = false): LucideIcon {
  if (isBrowser) return AppWindow;
  if (system === 'macos') return Laptop;
  return system === 'linux' ? Server : Monitor;
}

/** Systems by Node's name of the platform. */
const SYSTEMS: Readonly<Record<string, PeerSystem>> = { linux: 'linux', darwin: 'macos', win32: 'windows' };

/** Icon of a machine. */
export function MachineIcon({
  of,
}: Readonly<{
  /** The machine, as far as it is known; `own` for this one. */
  of: Readonly<{ system?: PeerSystem | undefined; browser?: unknown }> | 'own' | undefined;
}>): ReactElement {
  const own = useApp(({ facts }) => SYSTEMS[facts?.platform ?? '']);
  const icon = of === 'own' ? machineIcon(own) : machineIcon(of?.system, of?.browser !== undefined);
  return createElement(icon, { 'aria-hidden': true });
}
