import { net, powerMonitor } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { NetworkWatch } from './network-watch.ts';

export type PowerListener = Readonly<{
  /** The machine is about to sleep. */
  suspended: () => void;
  /** It slept, or somebody is back at it. */
  woke: () => void;
  /** The screen was locked; told on macOS and Windows. */
  locked: () => void;
  /** It has a network again. */
  networkChanged: () => void;
}>;

/** Tells what the system tells of sleep and network. @returns what ends that */
export function watchPower(clock: Clock, { suspended, woke, locked, networkChanged }: PowerListener): () => void {
  powerMonitor.on('suspend', suspended);
  powerMonitor.on('resume', woke);
  // Some systems sleep without a word of it, and somebody has to unlock the screen then.
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
