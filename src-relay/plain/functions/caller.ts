import type { RelayRequest } from '../../http/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import type { AccountCaller, Callers } from '../../platform/index.ts';

/**
 * Returns the account of a request's API token. A cookie doesn't count: pages of all origins may call the functions.
 * @throws {HttpError} 401
 */
export async function requireAccount(callers: Callers, request: RelayRequest): Promise<AccountCaller> {
  const { bearer, address, headers } = request;
  const caller = await callers.of({ bearer, cookie: undefined, address, headers });
  if (caller.kind === 'account' && caller.session.kind === 'api') return caller;
  throw new PlatformError('platform.signed-out', 'Unauthorized');
}
