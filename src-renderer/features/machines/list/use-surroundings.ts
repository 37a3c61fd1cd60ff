import { useApp, useIsPaused } from '../../../store/index.ts';
import { useNow } from '../../../ui/index.ts';
import type { Surroundings } from './machine-status.ts';

/** Returns the facts about this device that decide how its machines are shown, and renders again when they change. */
export function useSurroundings(): Surroundings {
  const isPaused = useIsPaused();
  const isRelayAway = useApp(
    ({ status, relayProblem }) =>
      status !== undefined &&
      status.relay.state !== 'none' &&
      status.relay.state !== 'online' &&
      status.relay.state !== 'stopped' &&
      relayProblem !== null,
  );
  const now = useNow();
  return { isPaused, isRelayAway, now };
}
