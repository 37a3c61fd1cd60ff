import { useApp } from './state.ts';

/** Reports whether the person has paused this device. While paused, no link reconnects. */
export function useIsPaused(): boolean {
  return useApp(({ status }) => status?.paused !== undefined);
}
