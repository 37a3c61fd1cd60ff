import { net, powerMonitor } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { NetworkWatch } from './network-watch.ts';

/** Callbacks of `watchPower`. */
export type PowerListener = Readonly<{
  /** Called before the machine sleeps. */
  suspended: () => void;
  /** Called after sleep, or when the person returns. */
  woke: () => void;
  /** Called when the screen is locked (macOS and Windows). */
  locked: () => void;
  /** Called when the machine is online again. */
  networkChanged: () => void;
}>;

/**
 * Reports sleep, screen lock and network changes to the listener, from events of Electron and checks of the network state. Used by `main.ts`, which
 * notifies the agent and hides private text.
 * @returns a function that stops the reports
 */
export function watchPower(clock: Clock, { suspended, woke, locked, networkChanged }: PowerListener): () => void {
  powerMonitor.on('suspend', suspended);
  powerMonitor.on('resume', woke);
  // Some systems sleep without an event, but the screen has to be unlocked afterwards.
  powerMonitor.on('unlock-screen', woke);
  powerMonitor.on('lock-screen', locked);
  const watch = new NetworkWatch(clock, () => net.isOnline(), networkChanged);
  return () => {
    watch.close();
    powerMonitor.off('suspend', suspended);
    powerMonitor.off('resume', woke);
    powerMonitor.off('unlock-screen', woke);
    powerMonitor.off('lock-screen', locked);
  };
}
