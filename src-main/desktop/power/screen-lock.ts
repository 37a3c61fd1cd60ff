import { powerMonitor } from 'electron';

/** Tells whether the screen is locked; false if the system doesn't tell. */
export function isScreenLocked(): boolean {
  try {
    return powerMonitor.getSystemIdleState(1) === 'locked';
  } catch {
    return false;
  }
}
