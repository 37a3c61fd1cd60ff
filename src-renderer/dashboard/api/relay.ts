import type { RelayView } from '#shared/platform/index.ts';
import { useResource } from './context.ts';

/** Returns what this relay offers; undefined until it has answered. */
export function useRelay(): RelayView | undefined {
  return useResource('relay.get').value;
}
