import type { AppHandlers } from '#shared/app-api/index.ts';
import type { AddingService } from './adding-service.ts';

/** Creates the handlers of the app API's `adding.*` calls: pairing by typed peer ID. Passes each call to `AddingService`. */
export function createAddingHandlers(
  adding: AddingService,
): Pick<AppHandlers, Extract<keyof AppHandlers, `adding.${string}`>> {
  return {
    'adding.wait': async ({ only }) => adding.wait(only),
    'adding.ask': async ({ peerId }, { signal }) => adding.ask(peerId, signal),
    'adding.list': async () => [...adding.list()],
    'adding.answer': async ({ adding: id, same, life }) => adding.answer(id, same, life),
    'adding.cancel': async ({ adding: id }) => {
      adding.cancel(id);
      return {};
    },
  };
}
