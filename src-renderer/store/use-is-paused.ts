import { useApp } from './state.ts';

/** A person has paused this device: no link is sought, whatever its state says. */
export function useIsPaused(): boolean {
  return useApp(({ status }) => status?.paused !== undefined);
}
