import { useApp } from './state.ts';

/**
 * Reports whether the person has paused this device. While paused, no link reconnects. Used by the machines page and the terminals. Reads the store.
 */
export function useIsPaused(): boolean {
  return useApp(({ status }) => status?.paused !== undefined);
}
