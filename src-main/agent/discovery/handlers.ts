import type { AppHandlers } from '#shared/app-api/index.ts';
import type { DiscoveryService } from './service.ts';

/** Answers the calls about devices in the local network. */
export function createDiscoveryHandlers(
  discovery: DiscoveryService,
): Pick<AppHandlers, Extract<keyof AppHandlers, `discovery.${string}`>> {
  return {
    'discovery.get': async () => discovery.view,
    'discovery.search': async (_input, { signal }) => discovery.search(signal),
    'discovery.set': async (input) => discovery.set(input),
  };
}
