import type { AppHandlers } from '#shared/app-api/index.ts';
import type { DiscoveryService } from './service.ts';

/** Creates the handlers of the app API's `discovery.*` calls: view, search, and settings, which `DiscoveryService` saves. */
export function createDiscoveryHandlers(
  discovery: DiscoveryService,
): Pick<AppHandlers, Extract<keyof AppHandlers, `discovery.${string}`>> {
  return {
    'discovery.get': async () => discovery.view,
    'discovery.search': async ({ measure }, { signal }) => discovery.search(signal, measure),
    'discovery.set': async (input) => discovery.set(input),
  };
}
