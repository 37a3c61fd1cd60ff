import type { AppHandlers } from '#shared/app-api/index.ts';
import type { PlainRelays } from './plain-relays.ts';

type PlainRelayHandlers = Pick<AppHandlers, Extract<keyof AppHandlers, `plainRelays.${string}`>>;

/** Creates the handlers of the app API's `plainRelays.*` calls. A user interface asks the person before it calls `pair` or `add`. */
export function createPlainRelayHandlers(relays: PlainRelays): PlainRelayHandlers {
  return {
    'plainRelays.list': async () => relays.views(),
    'plainRelays.pair': async (input, { signal }) => await relays.pair(input, signal),
    'plainRelays.add': async (input) => await relays.add(input),
    'plainRelays.enable': async ({ relay, enabled }) => relays.enable(relay, enabled),
    'plainRelays.setRight': async ({ relay, right, decision, expiresAt }) => {
      relays.setRight(relay, right, decision, expiresAt);
      return relays.view(relay);
    },
    'plainRelays.end': async ({ relay }) => relays.end(relay),
    'plainRelays.remove': async ({ relay }) => {
      relays.remove(relay);
      return {};
    },
  };
}
