import { openApiDocument } from '#shared/platform/index.ts';
import type { PlatformContext } from './context.ts';
import type { RouteHandlers } from './serve-routes.ts';

/** Returns the handlers that describe the relay itself. They touch nothing. */
export function relayRoutes({
  version,
  relayKey,
  signUp,
  hasMail,
  plain,
  joining,
}: PlatformContext): RouteHandlers<'relay.get' | 'relay.openApi'> {
  const document = openApiDocument(version);
  return {
    'relay.get': async () => ({
      version,
      keyId: relayKey.keyId,
      signUp,
      mail: hasMail,
      plainProtocol: plain !== undefined,
      ...joining(),
    }),
    'relay.openApi': async () => document,
  };
}
