import { powerMonitor } from 'electron';

/**
 * Tells whether the screen is locked, as Electron reports it; false if the system doesn't tell. Every notification asks this first, and shows no
 * names on a locked screen.
 */
export function isScreenLocked(): boolean {
  try {
    return powerMonitor.getSystemIdleState(1) === 'locked';
  } catch {
    return false;
  }
}
