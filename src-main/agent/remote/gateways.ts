import { errorText, type GatewayView } from '#shared/app-api/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import { remoteError, RemoteError } from '#shared/remote/index.ts';
import type { Gateways } from '../gateways/index.ts';
import { MOST_WORDS } from './limits.ts';

/** The gateways, and how each is. */
export type RemoteGateways = Gateways & Readonly<{ view(id: string): GatewayView }>;

/**
 * The gateway that is meant: by name or id; without one the first that is connected, or the first there is.
 * @throws {RemoteError} `remote.no-gateway`
 */
export function defaultGateway(
  gateways: RemoteGateways | undefined,
  reference: string | undefined,
): Readonly<{ id: string; name: string }> {
  const none = (): Error => remoteError('remote.no-gateway', 'there is no such gateway', { name: reference ?? '' });
  if (gateways === undefined) throw none();
  if (reference !== undefined) {
    try {
      return gateways.find(reference);
    } catch {
      throw none();
    }
  }
  const all = gateways.list();
  const found = all.find(({ id }) => gateways.channel(id, 'operator') !== undefined) ?? all[0];
  if (found === undefined) throw none();
  return found;
}

/** An error as another device may have it: codes of gateways are this device's, so they become words. */
export function portableError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  if (!(error instanceof ClawReachError))
    return remoteError('remote.gateway', 'failed', { message: errorMessage(error) });
  const { what, why } = errorText(error.code, error.message, error.details);
  const said = String(error.details['message'] ?? '');
  const message = cleanDetail(`${what} ${error.code === 'gateway.request' && said !== '' ? said : why}`, MOST_WORDS);
  return remoteError('remote.gateway', message, { message }, error);
}
