import type { AppHandlers } from '#shared/app-api/index.ts';
import type { AddRequests } from './add-requests.ts';
import type { AddingService } from './adding-service.ts';

/** Creates the handlers of the app API's `adding.*` calls: pairing by typed peer ID. Passes each call to `AddingService` or `AddRequests`. */
export function createAddingHandlers(
  adding: AddingService,
  requests: AddRequests,
): Pick<AppHandlers, Extract<keyof AppHandlers, `adding.${string}`>> {
  return {
    'adding.wait': async ({ only }) => adding.wait(only),
    'adding.ask': async ({ peerId }, { signal }) => adding.ask(peerId, signal),
    'adding.request': async ({ adding: id }) => {
      await adding.request(id);
      return {};
    },
    'adding.requests': async () => [...requests.list],
    'adding.dismiss': async ({ peerId }) => {
      requests.dismiss(peerId);
      return {};
    },
    'adding.list': async () => [...adding.list()],
    'adding.answer': async ({ adding: id, same, life }) => adding.answer(id, same, life),
    'adding.cancel': async ({ adding: id }) => {
      adding.cancel(id);
      return {};
    },
  };
}
