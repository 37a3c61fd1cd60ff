import { powerMonitor } from 'electron';

/** Tells whether the screen is locked, as far as this system says so; without a word it is taken for open. */
export function isScreenLocked(): boolean {
  try {
    return powerMonitor.getSystemIdleState(1) === 'locked';
  } catch {
    return false;
  }
}
