import { useApp } from './state.ts';

/** Reports whether the person has paused this device, so that no link reconnects. */
export function useIsPaused(): boolean {
  return useApp(({ status }) => status?.paused !== undefined);
}
